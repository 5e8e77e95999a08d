import JSON

/// The lines of an export: first the checkpoint, then the events, each with its leaf.
public enum ExportLine {
    /// The first line.
    public struct Header: Equatable, Sendable {
        /// What the log was when it was exported.
        public let checkpoint: SignedCheckpoint
        /// The key that the export says the checkpoint is signed with.
        public let key: LogKey
        /// What was asked for, where it was not everything: then each event comes with a proof of its own.
        public let filter: String?
        /// What shows that the log goes on from what it was when a checkpoint was kept, if that was asked for.
        public let growth: Growth?

        /// The beginning of an export.
        public init(_ checkpoint: SignedCheckpoint, key: LogKey, filter: String? = nil, growth: Growth? = nil) {
            self.checkpoint = checkpoint
            self.key = key
            self.filter = filter
            self.growth = growth
        }
    }

    /// That the log of so many events is the beginning of an export's.
    public struct Growth: Equatable, Sendable {
        /// How many events it had.
        public let from: Int64
        /// The proof.
        public let proof: [TreeHash]

        /// That the log of so many events is the beginning, by this proof.
        public init(from: Int64, proof: [TreeHash]) {
            self.from = from
            self.proof = proof
        }
    }

    /// An event of the log.
    public struct Event: Equatable, Sendable {
        /// By what a line shows that its event is the one of the log.
        public enum Evidence: Equatable, Sendable {
            /// By its hash: together the lines of a whole log make its tree.
            case hash(TreeHash)
            /// By a proof that it is in the tree.
            case proof([TreeHash])
        }

        /// Where it stands in the log.
        public let leaf: Int64
        /// What shows it.
        public let evidence: Evidence
        /// Its exact bytes.
        public let bytes: [UInt8]

        /// An event at that place.
        public init(leaf: Int64, evidence: Evidence, bytes: [UInt8]) {
            self.leaf = leaf
            self.evidence = evidence
            self.bytes = bytes
        }
    }

    /// The first line, with its newline.
    public static func header(_ header: Header) -> [UInt8] {
        JSONWriter.object { json in
            json.member("checkpoint", header.checkpoint.note)
            json.member("key", header.key.text)
            json.member("filter", header.filter)
            guard let growth = header.growth else { return }
            json.name("consistency")
            json.beginObject()
            json.member("from", growth.from)
            json.member("proof", growth.proof.map(\.base64))
            json.endObject()
        } + [newline]
    }

    /// The line of an event, with its newline.
    public static func event(_ event: Event) -> [UInt8] {
        var line = Array("{\"leaf\":\(event.leaf),".utf8)
        switch event.evidence {
        case .hash(let hash): line += Array("\"hash\":\"\(hash.base64)\",".utf8)
        case .proof(let path):
            line += Array("\"proof\":[\(path.map { "\"\($0.base64)\"" }.joined(separator: ","))],".utf8)
        }
        return line + Array("\"event\":".utf8) + event.bytes + Array("}\n".utf8)
    }

    static let newline = UInt8(ascii: "\n")

    /// A first line without its newline; nothing if it is not exactly as it is written.
    static func readHeader(_ line: [UInt8]) -> Header? {
        guard let value = try? JSONValue(parsing: line),
            let checkpoint = value["checkpoint"]?.string.flatMap({ SignedCheckpoint(parsing: $0) }),
            let key = value["key"]?.string.flatMap({ try? LogKey(parsing: $0) })
        else { return nil }
        let header = Header(
            checkpoint, key: key, filter: value["filter"]?.string, growth: value["consistency"].flatMap(growth))
        return Self.header(header) == line + [newline] ? header : nil
    }

    private static func growth(_ value: JSONValue) -> Growth? {
        guard let from = value["from"]?.integer, let proof = value["proof"]?.array else { return nil }
        let hashes = proof.compactMap { $0.string.flatMap { TreeHash(base64: $0) } }
        return hashes.count == proof.count ? Growth(from: from, proof: hashes) : nil
    }

    /// The event of a line without its newline; nothing if it is not exactly as it is written.
    static func readEvent(_ line: [UInt8]) -> Event? {
        var rest = line[...]
        guard rest.take("{\"leaf\":") else { return nil }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        guard let leaf = Int64(String(decoding: digits, as: UTF8.self)), String(leaf).utf8.count == digits.count,
            rest.take(","), let evidence = evidence(&rest), rest.take(",\"event\":"),
            rest.popLast() == UInt8(ascii: "}")
        else { return nil }
        return Event(leaf: leaf, evidence: evidence, bytes: Array(rest))
    }

    private static func evidence(_ rest: inout ArraySlice<UInt8>) -> Event.Evidence? {
        if rest.take("\"hash\":") { return hash(&rest).map { .hash($0) } }
        guard rest.take("\"proof\":[") else { return nil }
        var path: [TreeHash] = []
        while !rest.take("]") {
            guard path.isEmpty || rest.take(","), path.count < 64, let next = hash(&rest) else { return nil }
            path.append(next)
        }
        return .proof(path)
    }

    private static func hash(_ rest: inout ArraySlice<UInt8>) -> TreeHash? {
        guard rest.take("\"") else { return nil }
        let text = rest.prefix { $0 != UInt8(ascii: "\"") }
        rest = rest.dropFirst(text.count)
        guard rest.take("\"") else { return nil }
        return TreeHash(base64: String(decoding: text, as: UTF8.self))
    }
}

extension ArraySlice<UInt8> {
    /// Takes these words away if they come next.
    fileprivate mutating func take(_ words: String) -> Bool {
        guard starts(with: words.utf8) else { return false }
        self = dropFirst(words.utf8.count)
        return true
    }
}
