extension TZif {
    /// Why bytes are no time zone file.
    public enum ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// It does not begin as such a file does.
        case notTZif
        /// It ends before what it announces.
        case truncated
        /// Something in it cannot be.
        case invalid(String)

        /// What is wrong, in half a sentence.
        public var description: String {
            switch self {
            case .notTZif: "it is no time zone file"
            case .truncated: "it ends too early"
            case .invalid(let what): what
            }
        }
    }

    /// Reads a file of version 1 to 4. Whatever the bytes, they are rules or an error.
    public init(parsing bytes: [UInt8]) throws(ParseError) {
        var reader = TZifReader(bytes)
        let header = try reader.header()
        guard header.version > 1 else {
            (initialOffset, changes) = try reader.block(header, timeBytes: 4)
            rule = nil
            return
        }
        // The first block is for readers of version 1.
        try reader.skip(header.size(timeBytes: 4))
        (initialOffset, changes) = try reader.block(try reader.header(), timeBytes: 8)
        rule = try reader.footer()
    }
}

/// Reads a file from its beginning.
private struct TZifReader {
    /// How many things of each kind a block has.
    struct Header {
        let version: Int
        let utcMarks: Int
        let standardMarks: Int
        let leapSeconds: Int
        let changes: Int
        let types: Int
        let letters: Int

        func size(timeBytes: Int) -> Int {
            changes * (timeBytes + 1) + types * 6 + letters + leapSeconds * (timeBytes + 4) + standardMarks + utcMarks
        }
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func skip(_ count: Int) throws(TZif.ParseError) {
        guard count <= bytes.count - position else { throw .truncated }
        position += count
    }

    mutating func header() throws(TZif.ParseError) -> Header {
        let start = position
        try skip(44)
        guard bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else { throw .notTZif }
        let version: Int
        switch bytes[start + 4] {
        case 0: version = 1
        case UInt8(ascii: "2")...UInt8(ascii: "4"): version = Int(bytes[start + 4] - UInt8(ascii: "0"))
        default: throw .invalid("it is of an unknown version")
        }
        func count(_ index: Int) -> Int { Int(number(at: start + 20 + index * 4, bytes: 4)) & 0xFFFF_FFFF }
        return Header(
            version: version, utcMarks: count(0), standardMarks: count(1), leapSeconds: count(2), changes: count(3),
            types: count(4), letters: count(5))
    }

    mutating func block(
        _ header: Header, timeBytes: Int
    ) throws(TZif.ParseError) -> (initialOffset: Int, changes: [TZif.Change]) {
        let start = position
        try skip(header.size(timeBytes: timeBytes))
        guard header.leapSeconds == 0 else { throw .invalid("its clocks count leap seconds") }
        guard header.types > 0, header.letters > 0 else { throw .invalid("it has no types of clocks") }
        let indexes = start + header.changes * timeBytes
        let types = indexes + header.changes
        var offsets: [Int] = []
        for type in 0..<header.types {
            let offset = Int(number(at: types + type * 6, bytes: 4))
            // The bounds of RFC 9636: 24:59:59 and 25:59:59, each with a second to spare.
            guard (-89_999...93_599).contains(offset) else { throw .invalid("its offsets are beyond a day") }
            guard bytes[types + type * 6 + 4] <= 1, Int(bytes[types + type * 6 + 5]) < header.letters else {
                throw .invalid("its types of clocks are damaged")
            }
            offsets.append(offset)
        }
        var changes: [TZif.Change] = []
        for index in 0..<header.changes {
            let at = number(at: start + index * timeBytes, bytes: timeBytes)
            let type = Int(bytes[indexes + index])
            guard at > changes.last?.at ?? .min, type < offsets.count else { throw .invalid("its changes are damaged") }
            changes.append(TZif.Change(at: at, offset: offsets[type]))
        }
        return (offsets[0], changes)
    }

    /// The rule for all time to come, between two ends of lines; nothing if there is none.
    mutating func footer() throws(TZif.ParseError) -> PosixRule? {
        let rest = bytes[position...]
        guard let first = rest.first else { throw .truncated }
        guard first == UInt8(ascii: "\n") else { throw .invalid("its last line is damaged") }
        guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\n")) else { throw .truncated }
        let text = Array(rest[(rest.startIndex + 1)..<end])
        guard !text.isEmpty else { return nil }
        guard let rule = PosixRule(parsing: text) else { throw .invalid("its last line is damaged") }
        return rule
    }

    /// A signed number, its highest byte first.
    private func number(at place: Int, bytes count: Int) -> Int64 {
        let first = Int64(Int8(bitPattern: bytes[place]))
        return bytes[(place + 1)..<(place + count)].reduce(first) { $0 << 8 | Int64($1) }
    }
}
