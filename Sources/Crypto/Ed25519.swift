import CGnuTLS

/// Signatures by Ed25519 (RFC 8032).
public enum Ed25519 {
    /// The number of bytes in a public key, and in the seed of a private one.
    public static let keyByteCount = 32
    /// The number of bytes in a signature.
    public static let signatureByteCount = 64

    /// Who can sign.
    public struct PrivateKey: Sendable {
        /// The 32 bytes that everything else follows from: the secret.
        public let seed: [UInt8]
        /// By which everybody can check what was signed.
        public let publicKey: [UInt8]

        /// A new key.
        public init() throws(CryptoError) {
            try self.init(seed: SecureRandom.bytes(keyByteCount))
        }

        /// The key of a seed.
        public init(seed: [UInt8]) throws(CryptoError) {
            self.seed = seed
            publicKey = try Handle(seed: seed).publicKey()
        }

        /// The signature of some bytes.
        public func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
            try Handle(seed: seed).sign(bytes)
        }
    }

    /// Whether the key's owner signed these bytes; not if the key is none.
    public static func isValid(_ signature: [UInt8], of bytes: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard publicKey.count == keyByteCount, signature.count == signatureByteCount else { return false }
        var key: gnutls_pubkey_t?
        guard gnutls_pubkey_init(&key) == 0 else { return false }
        defer { gnutls_pubkey_deinit(key) }
        return withDatum(publicKey) { point in
            withDatum(bytes) { data in
                withDatum(signature) { signature in
                    gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, &point, nil) == 0
                        && gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature) >= 0
                }
            }
        }
    }
}

/// Owns a private key of GnuTLS.
private struct Handle: ~Copyable {
    /// What stands before the seed in PKCS #8 (RFC 8410): GnuTLS finds the public key by itself only for that form.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    private var key: gnutls_x509_privkey_t?

    init(seed: [UInt8]) throws(CryptoError) {
        guard seed.count == Ed25519.keyByteCount else { throw .badKey(code: Int(GNUTLS_E_INVALID_REQUEST)) }
        try check(gnutls_x509_privkey_init(&key))
        let document = Self.prefix + seed
        try check(
            withDatum(document) { document in
                gnutls_x509_privkey_import_pkcs8(
                    key, &document, GNUTLS_X509_FMT_DER, nil, GNUTLS_PKCS_PLAIN.rawValue)
            })
    }

    deinit { gnutls_x509_privkey_deinit(key) }

    func publicKey() throws(CryptoError) -> [UInt8] {
        var curve = GNUTLS_ECC_CURVE_INVALID
        var point = gnutls_datum_t()
        try check(gnutls_x509_privkey_export_ecc_raw(key, &curve, &point, nil, nil))
        return take(point)
    }

    func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        var signer: gnutls_privkey_t?
        try check(gnutls_privkey_init(&signer))
        defer { gnutls_privkey_deinit(signer) }
        try check(gnutls_privkey_import_x509(signer, key, 0))
        var signature = gnutls_datum_t()
        try check(
            withDatum(bytes) { data in
                gnutls_privkey_sign_data2(signer, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature)
            })
        return take(signature)
    }
}

private func check(_ status: Int32) throws(CryptoError) {
    guard status >= 0 else { throw .badKey(code: Int(status)) }
}

/// Lends bytes to GnuTLS, which does not change them.
private func withDatum<Value>(_ bytes: [UInt8], _ body: (inout gnutls_datum_t) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { buffer in
        var datum = gnutls_datum_t(
            data: UnsafeMutablePointer(mutating: buffer.baseAddress), size: UInt32(clamping: buffer.count))
        return body(&datum)
    }
}

/// The bytes that GnuTLS allocated, which are freed.
private func take(_ datum: gnutls_datum_t) -> [UInt8] {
    defer { gh_gnutls_free(datum.data) }
    return Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
}
