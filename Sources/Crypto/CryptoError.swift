/// Why the cryptographic library could not do its work.
public enum CryptoError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system's random generator gave nothing; the code is GnuTLS's.
    case randomUnavailable(code: Int)
    /// The bytes are no key, or GnuTLS cannot work with it; the code is GnuTLS's.
    case badKey(code: Int)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .randomUnavailable(let code):
            "The system's random generator gave no bytes (GnuTLS error \(code)); check that /dev/urandom is readable."
        case .badKey(let code):
            "The key cannot be used (GnuTLS error \(code))."
        }
    }
}
