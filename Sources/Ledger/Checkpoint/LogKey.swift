public import Crypto

/// A key by which signatures of checkpoints are checked, written as C2SP's signed notes do: `name+hash+key`.
public struct LogKey: Hashable, Sendable {
    /// Text is no key.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        /// What is wrong with it; nothing of the text.
        public let description: String

        /// Text is no key, for that reason.
        public init(_ description: String) { self.description = description }
    }

    /// What stands before a key: signatures by Ed25519.
    fileprivate static let algorithm: UInt8 = 1

    /// The log's name, which is a checkpoint's origin too.
    public let name: String
    /// The four bytes by which signatures tell whose they are.
    public let id: [UInt8]
    /// The public key of Ed25519.
    public let bytes: [UInt8]

    /// The key of a log.
    public init(name: String, bytes: [UInt8]) throws(Malformed) {
        guard Self.isName(name) else {
            throw Malformed("a log's name has 1 to 200 bytes, without spaces, control characters and '+'")
        }
        guard bytes.count == Ed25519.keyByteCount else { throw Malformed("a key has 32 bytes") }
        self.name = name
        self.bytes = bytes
        id = Array(SHA256.hash(Array((name + "\n").utf8) + [Self.algorithm] + bytes).prefix(4))
    }

    /// Reads `name+hash+key`.
    public init(parsing text: String) throws(Malformed) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let key = Base64.decode(parts[2]), key.first == Self.algorithm else {
            throw Malformed("a key is written name+hash+key, as GET /v1/audit/keys shows it")
        }
        try self.init(name: parts[0], bytes: Array(key.dropFirst()))
        guard self.text == text else { throw Malformed("the key's hash is not that of its name and key") }
    }

    /// `name+hash+key`.
    public var text: String { "\(name)+\(idText)+\(Base64.encode([Self.algorithm] + bytes))" }

    /// Its id in digits.
    public var idText: String { Hex.encode(id) }

    static func isName(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count)
            && !name.unicodeScalars.contains { $0 == "+" || $0.value < 0x20 || $0.properties.isWhitespace }
    }
}

/// A key that signs checkpoints, written as Go's signed notes do: `PRIVATE+KEY+name+hash+seed`.
public struct LogSigner: Sendable {
    private static let prefix = "PRIVATE+KEY+"

    /// By which its signatures are checked.
    public let key: LogKey
    private let secret: Ed25519.PrivateKey

    /// A signer of a log.
    public init(name: String, secret: Ed25519.PrivateKey) throws(LogKey.Malformed) {
        key = try LogKey(name: name, bytes: secret.publicKey)
        self.secret = secret
    }

    /// Reads `PRIVATE+KEY+name+hash+seed`.
    public init(parsing text: String) throws(LogKey.Malformed) {
        let malformed = LogKey.Malformed(
            "a signing key is one line, PRIVATE+KEY+name+hash+seed; 'gatehouse audit keygen' makes one")
        let parts = text.dropFirst(Self.prefix.count)
            .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard text.hasPrefix(Self.prefix), parts.count == 3, let seed = Base64.decode(parts[2]),
            seed.first == LogKey.algorithm, let secret = try? Ed25519.PrivateKey(seed: Array(seed.dropFirst()))
        else { throw malformed }
        try self.init(name: parts[0], secret: secret)
        guard parts[1] == key.idText else {
            throw LogKey.Malformed("the signing key's hash is not that of its name and key")
        }
    }

    /// `PRIVATE+KEY+name+hash+seed`: a secret.
    public var text: String {
        "\(Self.prefix)\(key.name)+\(key.idText)+\(Base64.encode([LogKey.algorithm] + secret.seed))"
    }

    /// A note with its signature.
    public func sign(_ text: String) throws(CryptoError) -> SignedNote {
        let signature = try secret.sign(Array(text.utf8))
        return SignedNote(text: text, signatures: [.init(name: key.name, keyID: key.id, bytes: signature)])
    }
}
