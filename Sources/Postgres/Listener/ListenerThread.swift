import Synchronization
import Time

/// The life of a listener's thread: connect, LISTEN, then wait in `poll` for the server, the next heartbeat or the end.
final class ListenerThread: Sendable {
    // In nanoseconds of the monotonic clock; 0 before the first.
    private let heartbeat = Atomic<Int64>(0)
    private let configuration: ListenerConfiguration
    private let wake: Wake
    private let handler: @Sendable (ListenerEvent) -> Void
    private let isStopping = Atomic<Bool>(false)
    private let ending = Ending()

    init(
        _ configuration: ListenerConfiguration, wake: Wake, handler: @escaping @Sendable (ListenerEvent) -> Void
    ) {
        self.configuration = configuration
        self.wake = wake
        self.handler = handler
    }

    var lastHeartbeat: MonotonicTime? {
        let nanoseconds = heartbeat.load(ordering: .acquiring)
        return nanoseconds == 0 ? nil : MonotonicTime(nanoseconds: nanoseconds)
    }

    func requestStop() {
        isStopping.store(true, ordering: .releasing)
        wake.ring()
    }

    func ended() async {
        await ending.wait()
    }

    func run() {
        var backoff = Backoff(milliseconds: configuration.reconnectBackoff)
        while !stopping {
            do throws(PostgresError) {
                let connection = try ListeningConnection(configuration.connection, wake: wake)
                try listen(on: connection)
                backoff.reset()
                handler(.listening)
                try serve(connection)
            } catch {
                guard !stopping else { break }
                handler(.lost(reason: error.message))
                wake.wait(microseconds: backoff.microseconds())
            }
        }
        ending.come()
    }

    private var stopping: Bool { isStopping.load(ordering: .acquiring) }

    private func listen(on connection: borrowing ListeningConnection) throws(PostgresError) {
        let commands = configuration.channels.map { "LISTEN \(Self.quote($0))" }
        let began = MonotonicTime.now()
        try connection.send(commands.joined(separator: "; "))
        try finish(connection)
        heartbeat.store(began.nanoseconds, ordering: .releasing)
    }

    /// Beats until the connection breaks, which throws, or the listener stops, which returns.
    private func serve(_ connection: borrowing ListeningConnection) throws(PostgresError) {
        let interval = TimeSpan.milliseconds(Int64(configuration.heartbeat))
        var next = MonotonicTime.now() + interval
        while !stopping {
            try connection.wait(until: next)
            try deliver(connection)
            guard !stopping, MonotonicTime.now() >= next else { continue }
            let began = MonotonicTime.now()
            try connection.send("select 1")
            try finish(connection)
            guard !stopping else { return }
            heartbeat.store(began.nanoseconds, ordering: .releasing)
            next = .now() + interval
        }
    }

    /// Waits for the answer to what was sent; PostgreSQL sends notifications that are due before it.
    private func finish(_ connection: borrowing ListeningConnection) throws(PostgresError) {
        let deadline = MonotonicTime.now() + .milliseconds(Int64(configuration.silenceLimit))
        while !stopping {
            try deliver(connection)
            if try connection.isAnswered() { return try deliver(connection) }
            guard MonotonicTime.now() < deadline else {
                throw PostgresError(.connectionLost, "no answer in \(configuration.silenceLimit) ms")
            }
            try connection.wait(until: deadline)
        }
    }

    private func deliver(_ connection: borrowing ListeningConnection) throws(PostgresError) {
        try connection.consume()
        while let (channel, payload) = connection.nextNotification() {
            handler(.notification(channel: channel, payload: payload))
        }
    }

    private static func quote(_ name: String) -> String {
        let doubled = name.reduce(into: "") { result, character in
            result += character == "\"" ? "\"\"" : String(character)
        }
        return "\"\(doubled)\""
    }
}
