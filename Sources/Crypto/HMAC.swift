import CGnuTLS

/// The keyed hash HMAC-SHA256, by which somebody who knows a key shows it without sending it.
public enum HMAC {
    /// The code of some bytes under a key, 32 bytes long.
    public static func sha256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, initialized in
            let status = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key.count, bytes, bytes.count, output.baseAddress)
            // As for the hash itself: only a GnuTLS that failed its own start-up tests gets here.
            precondition(status == 0, "GnuTLS cannot compute HMAC-SHA256")
            initialized = SHA256.byteCount
        }
    }
}
