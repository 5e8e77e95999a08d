import Crypto

/// A text with signatures below it, as C2SP's `signed-note` defines it.
public struct SignedNote: Equatable, Sendable {
    /// What one signer says.
    public struct Signature: Equatable, Sendable {
        /// The name of the key.
        public let name: String
        /// The key's four bytes.
        public let keyID: [UInt8]
        /// The signature itself.
        public let bytes: [UInt8]
    }

    /// More is no note of anybody.
    private static let limit = (bytes: 64 * 1_024, signatures: 64)
    private static let dash = "\u{2014} "

    /// What is signed; it ends with a newline.
    public let text: String
    /// Who signed it; whether truly so tells `isSigned(by:)`.
    public let signatures: [Signature]

    init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note; nothing if it is none.
    public init?(parsing note: String) {
        // Bytes, not characters: a newline and what follows it could be one character.
        let bytes = Array(note.utf8)
        guard bytes.count <= Self.limit.bytes, bytes.last == UInt8(ascii: "\n"),
            bytes.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }), let end = Self.endOfText(bytes)
        else { return nil }
        text = String(decoding: bytes[..<end], as: UTF8.self)
        let lines = bytes[(end + 1)...].dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        signatures = lines.compactMap { Self.signature(String(decoding: $0, as: UTF8.self)) }
        guard !signatures.isEmpty, signatures.count == lines.count, lines.count <= Self.limit.signatures else {
            return nil
        }
    }

    /// Where the last empty line begins: behind it stand the signatures.
    private static func endOfText(_ bytes: [UInt8]) -> Int? {
        let newline = UInt8(ascii: "\n")
        return bytes.indices.dropFirst().last { bytes[$0] == newline && bytes[$0 - 1] == newline }
    }

    private static func signature(_ line: String) -> Signature? {
        let parts = line.dropFirst(dash.count).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard line.hasPrefix(dash), parts.count == 2, LogKey.isName(parts[0]), let bytes = Base64.decode(parts[1]),
            bytes.count > 4, Base64.encode(bytes) == parts[1]
        else { return nil }
        return Signature(name: parts[0], keyID: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4)))
    }

    /// The note as it is sent and kept.
    public var note: String {
        signatures.reduce(text + "\n") { note, signature in
            note + "\(Self.dash)\(signature.name) \(Base64.encode(signature.keyID + signature.bytes))\n"
        }
    }

    /// Whether the key's owner signed the text.
    public func isSigned(by key: LogKey) -> Bool {
        signatures.contains { signature in
            signature.name == key.name && signature.keyID == key.id
                && Ed25519.isValid(signature.bytes, of: Array(text.utf8), by: key.bytes)
        }
    }
}
