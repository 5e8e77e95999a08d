public import Ledger
public import Time

/// The last checkpoint that a server saw, kept where the database's owner cannot reach it.
public struct KeptCheckpoint: Equatable, Sendable {
    /// The checkpoint.
    public let signed: SignedCheckpoint
    /// When it was seen, by the database's clock.
    public let seenAt: Instant

    /// What was seen then.
    public init(_ signed: SignedCheckpoint, seenAt: Instant) {
        self.signed = signed
        self.seenAt = seenAt
    }

    /// Reads `text`; nothing if it is something else.
    public init?(parsing text: String) {
        guard let end = text.unicodeScalars.firstIndex(of: "\n"), text.hasPrefix(Self.prefix),
            let seenAt = try? Instant(parsing: String(text[..<end].dropFirst(Self.prefix.count))),
            let signed = SignedCheckpoint(parsing: String(text.unicodeScalars[end...].dropFirst()))
        else { return nil }
        self.init(signed, seenAt: seenAt)
    }

    /// As it is written to a file: when, and below it the note.
    public var text: String { "\(Self.prefix)\(seenAt.text)\n\(signed.note)" }

    /// The last one of a text into which they were written one below the other, with an empty line between them.
    public static func last(in text: String) -> KeptCheckpoint? {
        let records = text.split(separator: "\n" + prefix, omittingEmptySubsequences: false)
        guard let last = records.last else { return nil }
        let record = (records.count == 1 ? "" : prefix) + last
        return KeptCheckpoint(parsing: record.hasSuffix("\n\n") ? String(record.dropLast()) : record)
    }

    private static let prefix = "seen "
}

/// Where a server keeps it.
public protocol CheckpointKeeping: Sendable {
    /// What was kept; nothing if nothing was.
    func read() throws -> KeptCheckpoint?
    /// Keeps another one instead.
    func write(_ kept: KeptCheckpoint) throws
}
