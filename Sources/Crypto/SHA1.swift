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
        [UInt8](unsafeUninitializedCapacity: byteCount) { output, initialized in
            let status = bytes.withUnsafeBufferPointer { input in
                // An empty span has no address, and GnuTLS reads none when the length is zero.
                gnutls_hash_fast(GNUTLS_DIG_SHA1, input.baseAddress, input.count, output.baseAddress)
            }
            // Not input's doing: a GnuTLS that refuses SHA-1 altogether, and a made-up name would be another Freight's.
            precondition(status == 0, "GnuTLS cannot compute SHA-1")
            initialized = byteCount
        }
    }
}
