/// A request to be sent.
public struct HTTPClientRequest: Sendable {
    /// The method, such as "GET".
    public let method: String

    /// The whole URL; without a user name, which would be a secret in a place where none is expected.
    public let url: String

    /// The headers, sent in this order.
    public let headers: [(name: String, value: String)]

    /// The body; nil for none.
    public let body: [UInt8]?

    /// How long the whole exchange may take, waiting for a free thread included; a day at most.
    public let timeoutMilliseconds: Int

    /// The largest body that the answer may have.
    public let maximumBodyBytes: Int

    /// Takes the body of a successful answer piece by piece, on a thread of the client's, in place of the answer; false
    /// ends the transfer.
    public let receive: (@Sendable ([UInt8]) -> Bool)?

    /// Describes a request.
    public init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeoutMilliseconds: Int, maximumBodyBytes: Int, receive: (@Sendable ([UInt8]) -> Bool)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.maximumBodyBytes = maximumBodyBytes
        self.receive = receive
    }
}
