public import Crypto

/// What a log was at one moment: how many events, and the hash over all of them (C2SP's `tlog-checkpoint`).
public struct Checkpoint: Equatable, Sendable {
    /// The log's name.
    public let origin: String
    /// How many events are in the tree.
    public let size: Int64
    /// The tree's root.
    public let root: TreeHash

    /// What the log of that name is.
    public init(origin: String, size: Int64, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a checkpoint; lines after the third may say more. Nothing if it is none.
    public init?(parsing text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 4, lines.last == "", !lines[0].isEmpty, !lines.dropLast().contains(""),
            let size = Int64(lines[1]), size >= 0, String(size) == lines[1], let root = TreeHash(base64: lines[2])
        else { return nil }
        self.init(origin: lines[0], size: size, root: root)
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }
}

/// A checkpoint with its signatures.
public struct SignedCheckpoint: Equatable, Sendable {
    /// What the log was.
    public let checkpoint: Checkpoint
    /// The same as it was signed.
    public let signed: SignedNote

    /// What the log of a signer is, signed.
    public init(size: Int64, root: TreeHash, by signer: LogSigner) throws(CryptoError) {
        checkpoint = Checkpoint(origin: signer.key.name, size: size, root: root)
        signed = try signer.sign(checkpoint.text)
    }

    /// Reads a note; nothing if it holds no checkpoint.
    public init?(parsing note: String) {
        guard let signed = SignedNote(parsing: note), let checkpoint = Checkpoint(parsing: signed.text) else {
            return nil
        }
        self.checkpoint = checkpoint
        self.signed = signed
    }

    /// The note as it is sent and kept.
    public var note: String { signed.note }

    /// Whether the key's owner says so, of the log of that name.
    public func isSigned(by key: LogKey) -> Bool {
        checkpoint.origin == key.name && signed.isSigned(by: key)
    }
}
