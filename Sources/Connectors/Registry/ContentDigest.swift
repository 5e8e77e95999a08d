internal import Crypto

/// The hash by which a registry names bytes: `sha256:` and 64 hexadecimal digits.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    /// How it is written.
    public let description: String

    /// Reads a digest by SHA-256 or SHA-512, the two that the specification registers; nil for all else.
    public init?(_ text: String) {
        let lengths = ["sha256": 64, "sha512": 128]
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = lengths[String(parts[0])], parts[1].utf8.count == length,
            parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 })
        else { return nil }
        description = text
    }

    /// The digest of some bytes.
    public init(of bytes: [UInt8]) {
        description = "sha256:" + Hex.encode(SHA256.hash(bytes))
    }

    /// Whether it can be computed here.
    var isSHA256: Bool { description.hasPrefix("sha256:") }
}
