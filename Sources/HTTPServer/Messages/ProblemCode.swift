/// A kind of problem: a stable code, with the status and title that always go with it.
public struct ProblemCode: Hashable, Sendable {
    /// The stable code, such as `request.bad_json`.
    public let text: String
    /// The HTTP status.
    public let status: Int
    /// The same short sentence for each problem of this kind.
    public let title: String

    /// A kind of problem.
    public init(_ text: String, status: Int, title: String) {
        self.text = text
        self.status = status
        self.title = title
    }

    /// The URI of the kind, as `type` of the document: `…/bad-json`, or `…/auth-invalid` where it is not the request's form.
    public var type: String {
        let name = text.hasPrefix("request.") ? text.dropFirst("request.".count) : text[...]
        return "https://gatehouse.dev/problems/" + String(name.map { $0 == "_" || $0 == "." ? "-" : $0 })
    }
}

extension ProblemCode {
    /// The request's line, headers or framing break HTTP's rules.
    public static let malformed = ProblemCode("request.malformed", status: 400, title: "The request is not valid HTTP")
    /// The target holds what no path or query may hold.
    public static let badTarget = ProblemCode(
        "request.bad_target", status: 400, title: "The path or query cannot be read")
    /// A header's value cannot be used.
    public static let badHeader = ProblemCode("request.bad_header", status: 400, title: "A header cannot be read")
    /// The body is not JSON.
    public static let badJSON = ProblemCode("request.bad_json", status: 400, title: "The body is not valid JSON")
    /// A field of the body, or a parameter, has a wrong value.
    public static let badField = ProblemCode("request.bad_field", status: 400, title: "A field has a wrong value")
    /// Nothing is served at this path.
    public static let noSuchPath = ProblemCode(
        "request.no_such_path", status: 404, title: "There is nothing at this path")
    /// The path does not have this method.
    public static let badMethod = ProblemCode(
        "request.bad_method", status: 405, title: "The path does not take this method")
    /// The body is larger than the route takes.
    public static let tooLarge = ProblemCode("request.too_large", status: 413, title: "The body is too large")
    /// The target is longer than the server takes.
    public static let targetTooLong = ProblemCode(
        "request.target_too_long", status: 414, title: "The path or query is too long")
    /// The body is of another type than the route takes.
    public static let badMediaType = ProblemCode(
        "request.bad_media_type", status: 415, title: "The body is of a wrong type")
    /// The headers are larger than the server takes.
    public static let headersTooLarge = ProblemCode(
        "request.headers_too_large", status: 431, title: "The headers are too large")
    /// A transfer coding or expectation that the server does not know.
    public static let notImplemented = ProblemCode(
        "request.not_implemented", status: 501, title: "The server does not do this")
    /// Another version of HTTP.
    public static let badVersion = ProblemCode("request.bad_version", status: 505, title: "The server speaks HTTP/1.1")
    /// Something in the server went wrong.
    public static let internalError = ProblemCode(
        "server.internal", status: 500, title: "Something went wrong in the server")
    /// The server is about to stop.
    public static let stopping = ProblemCode("server.stopping", status: 503, title: "The server is stopping")
    /// The answer took longer than the route allows.
    public static let deadline = ProblemCode("server.deadline", status: 503, title: "The answer took too long")

    /// Every kind of problem that the server makes by itself.
    public static let ofServer: [ProblemCode] = [
        malformed, badTarget, badHeader, badJSON, badField, noSuchPath, badMethod, tooLarge, targetTooLong,
        badMediaType, headersTooLarge, notImplemented, badVersion, internalError, stopping, deadline,
    ]
}
