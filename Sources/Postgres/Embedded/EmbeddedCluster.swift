/// A private PostgreSQL: made, started, watched and stopped by us, on a Unix socket that no one else can reach.
///
/// It ends when this process ends, however that happens, and starts again when it dies. Its socket lies in `run/`
/// of the data directory, or, where that path is too long for one, in a folder under /tmp with a random name.
public final class EmbeddedCluster: Sendable {
    /// How it is doing.
    public enum State: Sendable, Equatable {
        /// On its way up. Can become: ready, failed.
        case starting
        /// Serves. Can become: restarting, stopped.
        case ready
        /// It died and is started again. Can become: ready, failed, stopped.
        case restarting(reason: String)
        /// Ended by `stop`, for ever.
        case stopped
        /// Cannot run, for ever.
        case failed(reason: String)
    }

    private let supervisor: Supervisor
    private let address: SocketAddress

    /// For migrations: owns the database `gatehouse`, may create roles.
    public var ownerConninfo: String { conninfo(database: "gatehouse", user: "gatehouse_owner") }
    /// For the server: owns nothing.
    public var serverConninfo: String { conninfo(database: "gatehouse", user: "gatehouse") }
    /// For what only the superuser can do.
    public var superuserConninfo: String { conninfo(database: "postgres", user: "postgres") }

    /// How it is doing now.
    public var state: State { supervisor.state }
    /// The postmaster's process, while there is one.
    public var processID: Int32? { supervisor.processID }

    private init(_ supervisor: Supervisor, _ address: SocketAddress) {
        self.supervisor = supervisor
        self.address = address
    }

    deinit { supervisor.requestStop() }

    /// Makes the cluster if the directory is new, starts it and waits until it serves. Throws `ClusterError`.
    ///
    /// Cancelling the task stops what was started, and fails with `stopped`. `onStateChange` is called on the
    /// supervising thread, which must not be held up.
    public static func start(
        _ options: ClusterOptions, onStateChange: @escaping @Sendable (State) -> Void = { _ in }
    ) async throws -> EmbeddedCluster {
        guard let wake = Wake() else { throw ClusterError(.startFailed, "no file descriptor is left") }
        let supervisor = Supervisor(options, wake: wake, onStateChange: onStateChange)
        let address = try await withTaskCancellationHandler {
            try await supervisor.start()
        } onCancel: {
            supervisor.requestStop()
        }
        return EmbeddedCluster(supervisor, address)
    }

    /// The URL of a database of this cluster.
    public func conninfo(database: String, user: String) -> String {
        address.url(database: database, user: user)
    }

    /// Shuts it down, fast first, immediately after `stopLimit`, and waits for its end.
    public func stop() async {
        supervisor.requestStop()
        await supervisor.stopped()
    }
}
