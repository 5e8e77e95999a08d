import Locks
import Time

/// One connection, made again whenever it breaks, and the thread that alone uses it.
final class Session: Sendable {
    let bell = Doorbell()
    private let core: PoolCore
    private let breaker = Breaker()

    init(core: PoolCore) {
        self.core = core
    }

    /// The thread's life.
    func run() {
        var backoff = Backoff(milliseconds: core.configuration.reconnectBackoff)
        while !core.isStopping {
            do throws(PostgresError) {
                let generation = core.generation
                let connection = try Connection(core.configuration.connection)
                backoff.reset()
                serve(connection, generation)
                core.disconnected(self)
            } catch {
                core.failedToConnect(error)
                bell.wait(microseconds: backoff.microseconds())
            }
        }
        core.ended(self)
    }

    /// Serves callers until the connection breaks or the pool stops.
    private func serve(_ connection: borrowing Connection, _ generation: UInt64) {
        breaker.arm(connection)
        defer { breaker.disarm() }
        let reading = core.isStopping ? nil : try? connection.readClock()
        core.connected(reading)
        while true {
            switch core.next(for: self, generation) {
            case .stop, .reconnect: return
            case .serve(let request):
                guard connection.isUsable() else { return core.putBack(request) }
                request.run(on: connection)
                if connection.state.isDemoted { core.distrustSessions() }
                guard !connection.state.isBroken else { return }
            case .idle:
                let idleCheck = Int64(max(10, core.configuration.idleCheck)) * 1_000
                guard !bell.wait(microseconds: idleCheck), core.leaveIdle(self) else { continue }
                guard connection.answers() else { return }
            }
        }
    }

    // MARK: From other threads

    func cut(ifWaitingFor limit: TimeSpan) {
        breaker.cut(ifWaitingFor: limit)
    }

    func cut() {
        breaker.cut(ifWaitingFor: nil)
    }

    /// Asks the server to cancel; on a thread of its own, since a silent server would hold it up.
    func cancel() {
        guard let handle = breaker.cancelHandle else { return }
        BackgroundThread.start("postgres-cancel") { handle.cancel() }
    }
}
