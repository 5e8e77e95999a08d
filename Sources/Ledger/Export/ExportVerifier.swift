/// Checks an export line by line, without the server and its database.
public struct ExportVerifier: Sendable {
    /// What is wrong first.
    public struct Fault: Error, Equatable, CustomStringConvertible {
        /// The line, from 1; nothing if no single line is wrong.
        public let line: Int64?
        /// The event, by its leaf, if one can be named.
        public let leaf: Int64?
        /// One sentence.
        public let reason: String

        /// Everything in one line.
        public var description: String {
            let place = [line.map { "line \($0)" }, leaf.map { "event \($0)" }].compactMap(\.self)
            return place.isEmpty ? reason : place.joined(separator: ", ") + ": " + reason
        }
    }

    /// What was proved.
    public struct Findings: Equatable, Sendable {
        /// The export's own checkpoint.
        public let checkpoint: Checkpoint
        /// How many events it holds.
        public let events: Int64
        /// What it was asked for by its own words, where not for everything: each event was proved by itself, and that
        /// none is missing was not.
        public let filter: String?
        /// The key that was given and signed the checkpoint; nothing if none was given.
        public let signer: LogKey?
        /// The checkpoint kept elsewhere with which it agrees; nothing if none was given.
        public let kept: Checkpoint?
    }

    private let keys: [LogKey]
    private let kept: SignedCheckpoint?
    private var line: Int64 = 0
    private var header: ExportLine.Header?
    private var signer: LogKey?
    private var tree = TreeFrontier()
    private var lastLeaf: Int64 = -1
    private var events: Int64 = 0

    /// A check by these keys, one of which must have signed, and against a checkpoint that somebody kept.
    public init(keys: [LogKey] = [], kept: SignedCheckpoint? = nil) {
        self.keys = keys
        self.kept = kept
    }

    /// Takes the next line, without its newline.
    public mutating func take(_ bytes: [UInt8]) throws(Fault) {
        line += 1
        guard let header else { return try begin(bytes) }
        let isWhole = header.filter == nil
        guard let event = ExportLine.readEvent(bytes) else {
            throw fault(
                "it is no event as an export writes it", leaf: isWhole && lastLeaf + 1 < size ? lastLeaf + 1 : nil)
        }
        switch event.evidence {
        case .hash(let hash) where isWhole: try take(event, hash)
        case .proof(let path) where !isWhole: try take(event, path)
        default: throw fault("it is no event of an export of this kind", leaf: event.leaf)
        }
        (lastLeaf, events) = (event.leaf, events + 1)
    }

    /// Takes what stands after the last newline: there must be nothing.
    public mutating func takeRest(_ bytes: [UInt8]) throws(Fault) {
        guard bytes.isEmpty else {
            line += 1
            throw fault(
                "it is not complete: the export was cut off",
                leaf: header.flatMap { $0.filter == nil ? lastLeaf + 1 : nil })
        }
    }

    /// Tells what was proved, when every line was taken.
    public func finish() throws(Fault) -> Findings {
        guard let header else { throw Fault(line: nil, leaf: nil, reason: "the export is empty") }
        if header.filter == nil { try finishWhole(checkpoint) }
        return Findings(
            checkpoint: checkpoint, events: events, filter: header.filter, signer: signer, kept: kept?.checkpoint)
    }

    private var checkpoint: Checkpoint {
        header?.checkpoint.checkpoint ?? Checkpoint(origin: "", size: 0, root: .ofNothing)
    }
    private var size: Int64 { checkpoint.size }

    private func fault(_ reason: String, leaf: Int64? = nil) -> Fault { Fault(line: line, leaf: leaf, reason: reason) }

    private mutating func begin(_ bytes: [UInt8]) throws(Fault) {
        guard let header = ExportLine.readHeader(bytes) else {
            throw fault("it is no checkpoint as an export writes it")
        }
        guard header.checkpoint.isSigned(by: header.key) else {
            throw fault("the checkpoint is not signed by the key beside it: one of them was altered")
        }
        signer = keys.first { header.checkpoint.isSigned(by: $0) }
        guard signer != nil || keys.isEmpty else {
            throw fault("the checkpoint is not signed by a key that was given, but by \(header.key.text)")
        }
        self.header = header
        try compareWithKept(header)
    }

    /// A log only grows: one that is smaller than it was, or is another's, needs no further look.
    private func compareWithKept(_ header: ExportLine.Header) throws(Fault) {
        guard let kept else { return }
        guard keys.isEmpty || keys.contains(where: { kept.isSigned(by: $0) }) else {
            throw Fault(line: nil, leaf: nil, reason: "the kept checkpoint is not signed by a key that was given")
        }
        let old = kept.checkpoint
        guard old.origin == checkpoint.origin else {
            throw fault("the export is of the log '\(checkpoint.origin)', the kept checkpoint of '\(old.origin)'")
        }
        guard old.size <= checkpoint.size else {
            throw fault(
                "the export ends before the kept checkpoint, with \(checkpoint.size) of \(old.size) events: it is older, "
                    + "or its end was cut off", leaf: checkpoint.size)
        }
        guard old.size < checkpoint.size || old.root == checkpoint.root else {
            throw fault("the kept checkpoint of as many events has another root: events were altered")
        }
        // A whole export shows by its events what it grew from.
        guard header.filter != nil, old.size > 0, old.size < checkpoint.size else { return }
        guard let growth = header.growth, growth.from == old.size else {
            throw fault(
                "the part of a log does not show how it goes on from the kept checkpoint of \(old.size) events: export it "
                    + "with --checkpoint, or verify a whole export")
        }
        guard
            TreeProof.proves(
                old.root, size: old.size, begins: checkpoint.root, size: checkpoint.size, by: growth.proof)
        else {
            throw fault(
                "the log does not go on from the kept checkpoint: of its first \(old.size) events some were altered, or "
                    + "the proof was")
        }
    }

    private mutating func take(_ event: ExportLine.Event, _ hash: TreeHash) throws(Fault) {
        guard event.leaf == tree.size else {
            let what =
                event.leaf > tree.size
                ? "event \(tree.size) is missing: event \(event.leaf) stands in its place"
                : "event \(event.leaf) stands here again, in the place of event \(tree.size)"
            throw fault(what, leaf: tree.size)
        }
        guard event.leaf < size else {
            throw fault("there are only \(size) events by the checkpoint", leaf: event.leaf)
        }
        guard TreeHash.leaf(event.bytes) == hash else { throw fault("it was altered", leaf: event.leaf) }
        tree.append(hash)
        guard let kept = kept?.checkpoint, kept.size == tree.size else { return }
        guard tree.root == kept.root else {
            throw Fault(
                line: nil, leaf: nil,
                reason: "the first \(kept.size) events are not those of the kept checkpoint: events among them were "
                    + "altered together with their hashes")
        }
    }

    private func take(_ event: ExportLine.Event, _ path: [TreeHash]) throws(Fault) {
        guard event.leaf > lastLeaf else {
            throw fault("it does not come after event \(lastLeaf)", leaf: event.leaf)
        }
        guard
            TreeProof.proves(
                .leaf(event.bytes), at: event.leaf, in: checkpoint.root, size: checkpoint.size, by: path)
        else { throw fault("it was altered, or its proof", leaf: event.leaf) }
    }

    private func finishWhole(_ checkpoint: Checkpoint) throws(Fault) {
        guard tree.size == checkpoint.size else {
            throw Fault(
                line: line + 1, leaf: tree.size,
                reason: "it is missing: the export ends, and has \(tree.size) of \(checkpoint.size) events")
        }
        guard tree.root == checkpoint.root else {
            let first = kept?.checkpoint.size ?? 0
            throw Fault(
                line: nil, leaf: nil,
                reason:
                    "the events are not those of the checkpoint: one of event \(first) and those after it was altered "
                    + "together with its hash")
        }
    }
}
