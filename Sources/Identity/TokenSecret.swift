public import Crypto

/// The secret of a token: shown once, kept by nobody but its owner. Only its hash is stored.
public struct TokenSecret: Sendable {
    /// The text to send as `Authorization: Bearer …`.
    public let text: String

    /// A new secret of 256 random bits.
    public init() throws(CryptoError) {
        text = "gatehouse_" + Base64URL.encode(try SecureRandom.bytes(32))
    }

    /// A secret that somebody presents, or that an operator chose.
    public init(_ text: String) {
        self.text = text
    }

    /// What is stored in its place.
    public var hash: [UInt8] {
        SHA256.hash(text)
    }

    /// A new public name for a token: 16 characters that cannot be mistaken when read aloud.
    public static func newTokenID() throws(CryptoError) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        return String(decoding: try SecureRandom.bytes(16).map { letters[Int($0 & 31)] }, as: UTF8.self)
    }
}
