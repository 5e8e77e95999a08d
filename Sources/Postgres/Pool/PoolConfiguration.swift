/// How many sessions a pool keeps, and how long callers wait for one.
public struct PoolConfiguration: Sendable {
    /// Where to connect, and how sessions behave.
    public var connection: ConnectionOptions
    /// How many sessions, each on a thread of its own.
    public var sessions = 4
    /// How many callers may wait; the next one is refused at once.
    public var waitersMax = 1_024
    /// How long a caller waits for a session, in milliseconds.
    public var waitLimit = 5_000
    /// How long a session idles before it asks whether the server is still there, in milliseconds.
    public var idleCheck = 5_000
    /// How long after `statementTimeout` a silent server is given up, in milliseconds.
    public var silenceMargin = 2_000
    /// How long `shutdown` lets running work finish, in milliseconds.
    public var shutdownGrace = 2_000
    /// The bounds of the wait between two attempts to connect, in milliseconds.
    public var reconnectBackoff = 20...2_000

    /// The defaults, for that database.
    public init(connection: ConnectionOptions) {
        self.connection = connection
    }

    /// The defaults, for that database.
    public init(conninfo: String) {
        self.init(connection: ConnectionOptions(conninfo: conninfo))
    }
}

/// How a pool is doing.
public struct PoolStatistics: Sendable, Equatable {
    /// Sessions that run something.
    public var inUse = 0
    /// Sessions that are connected and free.
    public var idle = 0
    /// Callers that wait for a session.
    public var waiting = 0
    /// Sessions made after the first ones.
    public var reconnects: UInt64 = 0
    /// The attempts to connect that failed.
    public var failedConnects: UInt64 = 0
}
