import Locks
import Synchronization

/// A fixed number of sessions, each on its own thread, so that libpq's blocking calls never hold up a Swift task.
///
/// A caller hands over a synchronous closure and is resumed with its result: one hop for a whole transaction. Callers
/// are served first come, first served. While no connection can be made they fail at once, not after a time-out.
public final class Pool: Sendable {
    private let core: PoolCore
    private let counter = Atomic<UInt64>(0)

    /// Starts connecting in the background; fails only if the connection string is malformed or no thread is left.
    public init(_ configuration: PoolConfiguration) throws(PostgresError) {
        _ = try configuration.connection.parameters()
        core = PoolCore(configuration)
        for number in 0..<max(1, configuration.sessions) {
            let session = Session(core: core)
            core.add(session)
            guard BackgroundThread.start("postgres-\(number)", { session.run() }) else {
                core.beginShutdown()
                throw PostgresError(.connectionFailed, "no thread can be started")
            }
        }
        core.startWatching()
    }

    deinit {
        core.beginShutdown()
        core.cutAll()
    }

    /// Runs the closure with a session, on that session's thread, and waits for it without blocking.
    ///
    /// A transaction that the closure leaves open is rolled back. Cancelling the task ends the wait for a session, not
    /// the closure.
    public func withConnection<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        let id = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                core.submit(
                    BodyRequest(id: id, deadline: core.deadline(), continuation: continuation, body: body))
            }
        } onCancel: {
            core.abandon(id)
        }
    }

    /// Runs the closure in a transaction and commits, up to `attempts` times.
    ///
    /// The closure runs again after a serialization failure or deadlock, when the connection broke before COMMIT was
    /// sent, and when the server turned out to be read-only, as after a failover: it must have no effects outside the
    /// database. `outcomeUnknown` is never tried again.
    public func transaction<Value: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false, attempts: Int = 4,
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        var backoff = Backoff(milliseconds: 4...200)
        for _ in 1..<max(1, attempts) {
            do {
                return try await withConnection { connection in
                    try connection.transaction(isolation: isolation, readOnly: readOnly, body)
                }
            } catch let error as PostgresError where error.isWorthAnotherSession(readOnly: readOnly) {
                try await Task.sleep(for: .microseconds(backoff.microseconds()))
            }
        }
        return try await withConnection { connection in
            try connection.transaction(isolation: isolation, readOnly: readOnly, body)
        }
    }

    /// How the pool is doing now.
    public var statistics: PoolStatistics { core.statistics }

    /// Why no connection can be made; nil while there is one, or none was tried yet.
    public var unreachable: PostgresError? { core.unreachable }

    /// The database's clock as last measured, at connect or by `measureClock`.
    public var lastClockReading: ClockReading? { core.lastClockReading }

    /// Measures the database's clock against the machine's.
    public func measureClock() async throws -> ClockReading {
        let reading = try await withConnection { try $0.readClock() }
        core.note(reading)
        return reading
    }

    /// Refuses new callers, lets running work finish for `shutdownGrace`, then cancels it; returns in bounded time.
    public func shutdown() async {
        core.beginShutdown()
        await core.drained()
    }
}
