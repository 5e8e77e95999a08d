public import JSON

/// A header field.
public struct Header: Sendable, Equatable {
    /// The field's name, as sent.
    public let name: String
    /// The field's value, as sent.
    public let value: String

    /// A header field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An answer.
public struct Response: Sendable {
    /// What follows the headers.
    public enum Body: Sendable {
        /// Bytes that are there already.
        case bytes([UInt8])
        /// Bytes that come bit by bit, until the producer returns.
        case stream(@Sendable (ResponseStream) async -> Void)
    }

    /// The HTTP status.
    public var status: Int
    /// The headers, without those that the server adds.
    public var headers: [Header]
    /// What follows them.
    public var body: Body

    /// An answer with bytes.
    public init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        headers = [Header("Content-Type", contentType)]
        self.body = .bytes(body)
    }

    /// An answer without a body.
    public init(status: Int) {
        self.status = status
        headers = []
        body = .bytes([])
    }

    /// An answer that is produced while it is sent.
    public init(
        status: Int = 200, contentType: String, producedBy produce: @escaping @Sendable (ResponseStream) async -> Void
    ) {
        self.status = status
        headers = [Header("Content-Type", contentType)]
        body = .stream(produce)
    }

    /// A JSON object whose members `body` writes.
    public static func json(status: Int = 200, capacity: Int = 512, _ body: (inout JSONWriter) -> Void) -> Response {
        Response(status: status, contentType: "application/json", body: JSONWriter.object(capacity: capacity, body))
    }
}
