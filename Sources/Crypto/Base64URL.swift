/// Bytes as text that needs no quoting in a URL or a header (RFC 4648, section 5).
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The bytes as base64url, without padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count * 8 + 5) / 6
        return String(unsafeUninitializedCapacity: length) { output in
            var pending: UInt32 = 0
            var pendingBits = 0
            var written = 0
            func write(_ sextet: UInt32) {
                output[written] = alphabet[Int(sextet & 63)]
                written += 1
            }
            for byte in bytes {
                pending = pending << 8 | UInt32(byte)
                pendingBits += 8
                while pendingBits >= 6 {
                    pendingBits -= 6
                    write(pending >> UInt32(pendingBits))
                }
            }
            if pendingBits > 0 { write(pending << UInt32(6 - pendingBits)) }
            return written
        }
    }
}
