import CPostgres
import Glibc

extension Connection {
    /// Whether the session can still be used; asks the server only if something is amiss.
    ///
    /// A server that ends a session says so on the socket: what is readable between statements is looked at here, so
    /// that no caller's statement is spent on finding out.
    func isUsable() -> Bool {
        guard !state.isBroken, PQstatus(handle) == CONNECTION_OK else { return false }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll(&socket, 1, 0) != 0 else { return true }
        return PQconsumeInput(handle) == 1 && answers()
    }

    /// Whether the server still answers.
    func answers() -> Bool {
        guard !state.isBroken else { return false }
        do throws(PostgresError) {
            _ = try simple("")
            return true
        } catch {
            return false
        }
    }

    /// Leaves no transaction open behind a caller; a session that cannot be brought back is given up.
    func settle() {
        guard PQtransactionStatus(handle) != PQTRANS_IDLE, !state.isBroken else { return }
        do throws(PostgresError) {
            _ = try simple("ROLLBACK")
        } catch {
            state.isBroken = true
        }
    }
}
