/// What all requests of a client have in common.
public struct HTTPClientConfiguration: Equatable, Sendable {
    /// A file of certificates (PEM) to trust instead of the system's.
    public let caFile: String?

    /// The client's name, sent as the header `User-Agent`.
    public let userAgent: String

    /// Describes a client.
    public init(caFile: String? = nil, userAgent: String) {
        self.caFile = caFile
        self.userAgent = userAgent
    }
}
