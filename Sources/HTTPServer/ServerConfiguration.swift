public import JSON
public import Time

/// How a server listens, and the bounds of what it takes.
public struct ServerConfiguration: Sendable {
    /// The numeric address to listen on.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port: UInt16 = 8080
    /// Threads that serve connections.
    public var threads = 2
    /// Open connections at most.
    public var connectionLimit = 16_384
    /// Bytes that all header fields of a request may have together.
    public var headerLimit = 8 * 1024
    /// Time for the whole head of a request to arrive, counted from the connection's start or from the last answer.
    public var headTimeout = TimeSpan.seconds(30)
    /// Time for a body to arrive.
    public var bodyTimeout = TimeSpan.seconds(30)
    /// Time for a client to take an answer.
    public var answerTimeout = TimeSpan.seconds(60)
    /// The one peer besides this machine's own that is served, and whose `X-Forwarded-For` is believed.
    public var trustedProxy: String?
    /// Whether connections speak TLS; a certificate must be given before the start.
    public var usesTLS = false
    /// Headers of every answer.
    public var headers: [Header] = []
    /// Members of every problem.
    public var problemRemarks: [JSONValue.Member] = []

    /// The defaults.
    public init() {}
}

/// Why a server cannot listen.
public struct ServerError: Error, CustomStringConvertible {
    /// One sentence for a person, with what to do.
    public let description: String

    /// A reason, in one sentence.
    public init(_ description: String) {
        self.description = description
    }
}
