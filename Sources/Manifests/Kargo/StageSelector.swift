import ICU

/// Which Stages a promotion policy speaks of.
enum StageSelector {
    /// The one of that name.
    case exact(String)
    /// Those whose names fit a pattern.
    case glob(Glob)
    /// Those in whose names an expression matches anywhere.
    case regex(RegularExpression)

    /// Whether a Stage is meant.
    func selects(_ stage: String) throws(ICUError) -> Bool {
        switch self {
        case .exact(let name): name == stage
        case .glob(let glob): glob.matches(stage)
        case .regex(let expression): try expression.matches(in: stage)
        }
    }
}

/// A pattern of names: `*` is any text, `?` any character, `[a-c]` and `[!a-c]` one of some, `{a,b}` one of several.
struct Glob {
    private indirect enum Piece {
        case any
        case one
        case exactly(Character)
        case from([ClosedRange<Character>], isExcluding: Bool)
        case alternatives([[Piece]])
    }

    private let pieces: [Piece]

    /// Reads a pattern; nothing where a bracket is not closed.
    init?(_ text: String) {
        var rest = text[...]
        guard let pieces = Self.pieces(&rest, until: ""), rest.isEmpty else { return nil }
        self.pieces = pieces
    }

    /// Whether the whole of a name fits.
    func matches(_ name: String) -> Bool {
        let name = Array(name)
        return Self.ends(of: pieces, in: name, from: [0]).contains(name.count)
    }

    /// How far pieces can reach from any of several places: no text is looked at more often than it has characters.
    private static func ends(of pieces: [Piece], in name: [Character], from starts: Set<Int>) -> Set<Int> {
        pieces.reduce(starts) { places, piece in
            switch piece {
            case .any: return places.min().map { Set($0...name.count) } ?? []
            case .one: return Set(places.filter { $0 < name.count }.map { $0 + 1 })
            case .exactly(let character):
                return Set(places.filter { $0 < name.count && name[$0] == character }.map { $0 + 1 })
            case .from(let ranges, let isExcluding):
                let fitting = places.filter { place in
                    place < name.count && ranges.contains { $0.contains(name[place]) } != isExcluding
                }
                return Set(fitting.map { $0 + 1 })
            case .alternatives(let alternatives):
                return alternatives.reduce(into: []) { $0.formUnion(ends(of: $1, in: name, from: places)) }
            }
        }
    }

    private static func pieces(_ rest: inout Substring, until ends: String) -> [Piece]? {
        var pieces: [Piece] = []
        while let character = rest.first {
            if ends.contains(character) { return pieces }
            rest.removeFirst()
            switch character {
            case "*": pieces.append(.any)
            case "?": pieces.append(.one)
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                pieces.append(.exactly(escaped))
            case "[":
                guard let some = characters(&rest) else { return nil }
                pieces.append(some)
            // Within others they would take more than a look to read, and nobody writes that.
            case "{" where ends.isEmpty:
                guard let several = alternatives(&rest) else { return nil }
                pieces.append(several)
            case "{": return nil
            default: pieces.append(.exactly(character))
            }
        }
        return ends.isEmpty ? pieces : nil
    }

    private static func characters(_ rest: inout Substring) -> Piece? {
        let isExcluding = rest.first == "!"
        if isExcluding { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let first = rest.popFirst() {
            if first == "]" { return ranges.isEmpty ? nil : .from(ranges, isExcluding: isExcluding) }
            guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
                ranges.append(first...first)
                continue
            }
            guard first <= last else { return nil }
            ranges.append(first...last)
            rest.removeFirst(2)
        }
        return nil
    }

    private static func alternatives(_ rest: inout Substring) -> Piece? {
        var alternatives: [[Piece]] = []
        while let pieces = pieces(&rest, until: ",}") {
            alternatives.append(pieces)
            if rest.popFirst() == "}" { return .alternatives(alternatives) }
        }
        return nil
    }
}
