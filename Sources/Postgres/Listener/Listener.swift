import Synchronization

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
        guard startThread("postgres-listen", { thread.run() }) else {
            throw PostgresError(.connectionFailed, "no thread can be started")
        }
        self.thread = thread
    }

    deinit { thread.requestStop() }

    /// When the last completed round trip began, in microseconds of CLOCK_BOOTTIME; 0 before the first.
    ///
    /// Every notification whose COMMIT had been acknowledged by then has been handed to the handler.
    public var lastHeartbeat: Int64 { thread.lastHeartbeat.load(ordering: .acquiring) }

    /// Whether the last round trip began within that time, by CLOCK_BOOTTIME.
    public func isFresh(within microseconds: Int64) -> Bool {
        let last = lastHeartbeat
        return last != 0 && SystemClock.boottime - last <= microseconds
    }

    /// Ends it and waits: at once, or, while it is just connecting, after the connect time-out.
    public func stop() async {
        thread.requestStop()
        await thread.ended()
    }
}
