import Locks
import Synchronization
public import Time

/// Hears NOTIFY on a connection and a thread of its own, and knows how fresh its knowledge is.
public final class Listener: Sendable {
    private let thread: ListenerThread

    /// Starts listening in the background, reconnecting for ever.
    ///
    /// `handler` is called on the listener's thread, in order; while it runs nothing else is heard.
    public init(
        _ configuration: ListenerConfiguration, handler: @escaping @Sendable (ListenerEvent) -> Void
    ) throws(PostgresError) {
        _ = try configuration.connection.parameters()
        guard let wake = Wake() else { throw PostgresError(.connectionFailed, "no file descriptor is left") }
        let thread = ListenerThread(configuration, wake: wake, handler: handler)
        guard BackgroundThread.start("postgres-listen", { thread.run() }) else {
            throw PostgresError(.connectionFailed, "no thread can be started")
        }
        self.thread = thread
    }

    deinit { thread.requestStop() }

    /// When the last completed round trip began; nil before the first.
    ///
    /// Every notification whose COMMIT had been acknowledged by then has been handed to the handler.
    public var lastHeartbeat: MonotonicTime? { thread.lastHeartbeat }

    /// Whether the last round trip began within that time.
    public func isFresh(within limit: TimeSpan, at now: MonotonicTime = .now()) -> Bool {
        lastHeartbeat.map { now - $0 <= limit } ?? false
    }

    /// Ends it and waits: at once, or, while it is just connecting, after the connect time-out.
    public func stop() async {
        thread.requestStop()
        await thread.ended()
    }
}
