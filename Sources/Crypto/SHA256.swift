import CGnuTLS

/// The SHA-256 hash.
public enum SHA256 {
    /// The number of bytes in a hash.
    public static let byteCount = 32

    /// The hash of some bytes, 32 bytes long.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        hash(bytes.span)
    }

    /// The hash of a text's UTF-8 bytes.
    public static func hash(_ text: String) -> [UInt8] {
        hash(text.utf8.span)
    }

    /// The hash of some bytes that stand elsewhere.
    public static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        digest(GNUTLS_DIG_SHA256, byteCount: byteCount, of: bytes)
    }
}
