import CGnuTLS

/// Random bytes fit for keys and tokens.
public enum SecureRandom {
    /// New random bytes, from the generator that GnuTLS uses for its own long-lived keys.
    public static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var status: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            status = count == 0 ? 0 : gnutls_rnd(GNUTLS_RND_KEY, buffer.baseAddress, count)
            initialized = status == 0 ? count : 0
        }
        guard status == 0 else { throw .randomUnavailable(code: Int(status)) }
        return bytes
    }
}
