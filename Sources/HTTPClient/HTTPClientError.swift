/// Why there is no answer.
///
/// No case carries a header, a body or a URL: those may hold secrets.
public enum HTTPClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing accepts connections there.
    case refused(host: String, port: Int)

    /// The request's time was over before the answer was complete.
    case timedOut

    /// No trusted connection could be made; the text says what the TLS library met.
    case tls(String)

    /// The answer's body, or its headers, have more bytes than the limit.
    case tooLarge(limit: Int)

    /// The URL is none that this client can use.
    case badURL

    /// The URL leads to a link-local address.
    case linkLocalRefused

    /// Anything else; the text is a sentence.
    case other(String)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .refused(let host, let port):
            "Nothing accepts connections at \(host), port \(port); check the address and that the server runs."
        case .timedOut:
            "The server did not answer in time; try again, or allow more time."
        case .tls(let message):
            "No trusted connection to the server: \(message); check its certificate and the file of trusted ones."
        case .tooLarge(let limit):
            "The server's answer is larger than the limit of \(limit) bytes; ask for less."
        case .badURL:
            "The URL cannot be used; write http:// or https://, a host, and no user name or password."
        case .linkLocalRefused:
            "The URL leads to a link-local address (169.254.0.0/16 or fe80::/10), which is not allowed; use another."
        case .other(let message):
            message
        }
    }
}
