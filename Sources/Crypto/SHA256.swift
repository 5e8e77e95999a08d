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
        [UInt8](unsafeUninitializedCapacity: byteCount) { output, initialized in
            let status = bytes.withUnsafeBufferPointer { input in
                // An empty span has no address, and GnuTLS reads none when the length is zero.
                gnutls_hash_fast(GNUTLS_DIG_SHA256, input.baseAddress, input.count, output.baseAddress)
            }
            // Not input's doing: only a GnuTLS that failed its own start-up tests gets here, and a made-up hash would
            // compare equal to another made-up hash.
            precondition(status == 0, "GnuTLS cannot compute SHA-256")
            initialized = byteCount
        }
    }
}
