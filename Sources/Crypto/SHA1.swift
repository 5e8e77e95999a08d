import CGnuTLS

/// The SHA-1 hash, only for Kargo's names of Freight: no security rests on it.
public enum SHA1 {
    /// The number of bytes in a hash.
    public static let byteCount = 20

    /// The hash of a text's UTF-8 bytes, 20 bytes long.
    public static func hash(_ text: String) -> [UInt8] {
        hash(text.utf8.span)
    }

    /// The hash of some bytes that stand elsewhere.
    public static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        digest(GNUTLS_DIG_SHA1, byteCount: byteCount, of: bytes)
    }
}
