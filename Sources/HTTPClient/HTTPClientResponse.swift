/// An answer, complete.
public struct HTTPClientResponse: Sendable {
    /// The status, such as 200.
    public let status: Int

    /// The headers in the order they came, names as the server spelt them.
    public let headers: [(name: String, value: String)]

    /// The body; empty for none.
    public let body: [UInt8]
}
