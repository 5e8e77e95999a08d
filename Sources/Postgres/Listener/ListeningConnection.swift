import CPostgres
import Glibc
import Time

/// A connection that never blocks but in `poll`, where a wake ends the wait.
struct ListeningConnection: ~Copyable {
    private let handle: OpaquePointer
    private let wake: Wake

    init(_ options: ConnectionOptions, wake: Wake) throws(PostgresError) {
        let handle = try options.open()
        guard PQsetnonblocking(handle, 1) == 0 else {
            defer { PQfinish(handle) }
            throw PostgresError(.connectionFailed, PostgresError.words(of: handle))
        }
        self.handle = handle
        self.wake = wake
    }

    /// The goodbye is sent without waiting: the socket does not block.
    deinit { PQfinish(handle) }

    func send(_ sql: String) throws(PostgresError) {
        guard PQsendQuery(handle, sql) == 1, PQflush(handle) >= 0 else { throw lost() }
    }

    /// Whether the whole answer is here; an error in it is thrown.
    func isAnswered() throws(PostgresError) -> Bool {
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else { return true }
            let rows = Rows(owning: result)
            let status = PQresultStatus(rows.result)
            guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
                throw PostgresError(result: rows.result, on: handle, statement: nil)
            }
        }
        return false
    }

    /// Reads what has arrived, without waiting.
    func consume() throws(PostgresError) {
        guard PQconsumeInput(handle) == 1, PQflush(handle) >= 0 else { throw lost() }
    }

    func nextNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(handle) else { return nil }
        defer { PQfreemem(notification) }
        let channel = notification.pointee.relname.map { String(cString: $0) } ?? ""
        let payload = notification.pointee.extra.map { String(cString: $0) } ?? ""
        return (channel, payload)
    }

    /// Waits until the server has sent something, the wake is rung, or it is that late.
    func wait(until deadline: MonotonicTime) throws(PostgresError) {
        var events = [PQsocket(handle), wake.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = max(0, (deadline - .now()).microseconds + 999) / 1_000
        guard poll(&events, 2, Int32(clamping: milliseconds)) >= 0 || errno == EINTR else { throw lost() }
        if events[1].revents != 0 { wake.clear() }
    }

    private func lost() -> PostgresError {
        PostgresError(.connectionLost, PostgresError.words(of: handle))
    }
}
