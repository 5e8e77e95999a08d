/// What to listen to, and whom to tell.
public struct ListenerConfiguration: Sendable {
    /// Where to connect.
    public var connection: ConnectionOptions
    /// The channels, as `NOTIFY` names them.
    public var channels: [String]
    /// The time between two round trips, in milliseconds.
    public var heartbeat = 500
    /// How long a round trip may take before the connection is given up, in milliseconds.
    public var silenceLimit = 3_000
    /// The bounds of the wait between two attempts to connect, in milliseconds.
    public var reconnectBackoff = 20...2_000

    /// The defaults, for that database and those channels.
    public init(connection: ConnectionOptions, channels: [String]) {
        self.connection = connection
        self.channels = channels
    }
}

/// What a listener hears, in order.
public enum ListenerEvent: Sendable, Equatable {
    /// It listens now. What was notified before, at the first time or since the connection broke, was missed.
    case listening
    /// A transaction that notified was committed.
    case notification(channel: String, payload: String)
    /// The connection broke, or could not be made; `listening` follows when it is back.
    case lost(reason: String)
}
