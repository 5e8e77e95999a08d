/// Why the cryptographic library could not do its work.
public enum CryptoError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system's random generator gave nothing; the code is GnuTLS's.
    case randomUnavailable(code: Int)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .randomUnavailable(let code):
            "The system's random generator gave no bytes (GnuTLS error \(code)); check that /dev/urandom is readable."
        }
    }
}
