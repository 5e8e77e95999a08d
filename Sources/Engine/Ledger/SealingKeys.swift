public import Ledger

/// The keys that a server seals with: one that signs, and those that it takes the place of.
public struct SealingKeys: Sendable {
    /// Who signs.
    public let signer: LogSigner
    /// The keys that signed before: whoever has them, too, may let another one sign.
    public let former: [LogKey]

    /// Reads the lines of a key's file: the first one signs.
    public init(parsing text: String) throws(LogKey.Malformed) {
        var signers: [LogSigner] = []
        for line in text.split(whereSeparator: \.isNewline) { signers.append(try LogSigner(parsing: String(line))) }
        guard let first = signers.first else { throw LogKey.Malformed("the file of the audit key is empty") }
        signer = first
        former = signers.dropFirst().map(\.key)
    }
}

/// Why a server does not seal, though it could reach the database.
public enum SealingObstacle: Equatable, Sendable {
    /// It has no key.
    case noKey
    /// Another key signs this log.
    case otherKey(own: LogKey, log: LogKey)
    /// Its key signed once, and another one does now.
    case retiredKey(own: LogKey, log: LogKey)

    /// What is to be done, in a sentence.
    public var reason: String {
        switch self {
        case .noKey:
            "this server has no audit key and cannot seal: give it the other servers' file with --audit-key"
        case .otherKey(let own, let log):
            "the log '\(log.name)' is signed by the key \(log.idText), and this server's is \(own.idText) of "
                + "'\(own.name)': all servers of a log have one key (--audit-key); to let a new one of the same name sign, "
                + "put the old one's line below it in the file"
        case .retiredKey(let own, let log):
            "this server's audit key \(own.idText) was replaced by \(log.idText): give it that one with --audit-key"
        }
    }

    /// Why a key does not sign a log with these keys, the current one first; nothing if it does, or may from now on.
    static func of(_ own: SealingKeys, among keys: [LogKey]) -> SealingObstacle? {
        guard let log = keys.first, log != own.signer.key else { return nil }
        if keys.contains(own.signer.key) { return .retiredKey(own: own.signer.key, log: log) }
        guard own.former.contains(log), log.name == own.signer.key.name else {
            return .otherKey(own: own.signer.key, log: log)
        }
        return nil
    }
}
