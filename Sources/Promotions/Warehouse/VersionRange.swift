/// Which versions count, as Helm and Kargo write it (the ranges of Masterminds' semver library): `^1.2`, `~2.0.1`,
/// `1.2 - 1.4`, `>=1.0, <3 || 5.x`.
///
/// A pre-release counts only where one stands in the same alternative.
public struct VersionRange: Sendable {
    /// What is wrong with a written range.
    public struct ParseError: Error, Equatable, CustomStringConvertible {
        /// One sentence for a person.
        public let description: String
    }

    /// Conditions that hold together.
    fileprivate struct Alternative {
        var conditions: [Condition] = []
        var namesPrerelease = false
    }

    /// One bound. Those of `Core` do not look at pre-releases: 1.3.0-rc.1 is not below 1.3.0 for them.
    fileprivate enum Condition {
        case atLeast(SemanticVersion)
        case above(SemanticVersion)
        case below(SemanticVersion)
        case atMost(SemanticVersion)
        case not(SemanticVersion)
        case coreAtLeast(SemanticVersion.Core)
        case coreBelow(SemanticVersion.Core)
        case coreNotWithin(SemanticVersion.Core, SemanticVersion.Core)

        func holds(for version: SemanticVersion) -> Bool {
            switch self {
            case .atLeast(let bound): version >= bound
            case .above(let bound): version > bound
            case .below(let bound): version < bound
            case .atMost(let bound): version <= bound
            case .not(let bound): version != bound
            case .coreAtLeast(let core): version.core >= core
            case .coreBelow(let core): version.core < core
            case .coreNotWithin(let first, let end): version.core < first || version.core >= end
            }
        }
    }

    private let alternatives: [Alternative]

    /// Reads a range.
    public init(_ text: String) throws(ParseError) {
        guard text.utf8.count <= 1_000 else { throw ParseError(description: "The range is longer than 1,000 bytes.") }
        var alternatives: [Alternative] = []
        for part in Self.split(text) { alternatives.append(try Self.alternative(part, of: text)) }
        self.alternatives = alternatives
    }

    /// Whether a version lies within.
    public func contains(_ version: SemanticVersion) -> Bool {
        alternatives.contains { alternative in
            (!version.isPrerelease || alternative.namesPrerelease)
                && alternative.conditions.allSatisfy { $0.holds(for: version) }
        }
    }

    /// What stands between `||`s.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = text[...]
        while let bars = rest.firstRange(of: "||") {
            parts.append(rest[..<bars.lowerBound])
            rest = rest[bars.upperBound...]
        }
        return parts + [rest]
    }

    private static func alternative(_ text: Substring, of whole: String) throws(ParseError) -> Alternative {
        var alternative = Alternative()
        var words = text.split { $0 == " " || $0 == "\t" || $0 == "," }[...]
        // Nothing at all is everything, as `*`.
        while let word = words.popFirst() {
            var sign = String(word.prefix { "=!<>~^".contains($0) })
            var version = word.dropFirst(sign.count)
            if version.isEmpty { version = words.popFirst() ?? "" }
            if words.first == "-", sign.isEmpty, words.count >= 2 {
                words.removeFirst()
                try alternative.add(">=", version, of: whole)
                (sign, version) = ("<=", words.removeFirst())
            }
            try alternative.add(sign, version, of: whole)
        }
        return alternative
    }
}

extension VersionRange.Alternative {
    /// Adds what one sign and one version mean, where numbers may be missing or written `x`, `X` or `*`.
    fileprivate mutating func add(
        _ sign: String, _ text: Substring, of whole: String
    ) throws(VersionRange.ParseError) {
        guard let version = PartialVersion(text) else {
            throw VersionRange.ParseError(
                description: "'\(text)' in the range '\(whole)' is no version; write ones like 1.2.3, 1.2.x or ^1.2.")
        }
        if version.low.isPrerelease { namesPrerelease = true }
        let (low, end, isWhole) = (version.low, version.end, version.known == 3)
        switch (sign, end) {
        case ("", nil), ("=", nil), (">=", nil), ("=>", nil), ("<=", nil), ("=<", nil), ("~", nil), ("~>", nil),
            ("^", nil):
            break
        case (">=", _), ("=>", _): conditions.append(.atLeast(low))
        case ("<", _?): conditions.append(.below(low))
        case (">", let end?): conditions.append(isWhole ? .above(low) : .coreAtLeast(end))
        case ("<=", let end?), ("=<", let end?): conditions.append(isWhole ? .atMost(low) : .coreBelow(end))
        case ("!=", let end?): conditions.append(isWhole ? .not(low) : .coreNotWithin(low.core, end))
        case ("", let end?), ("=", let end?):
            conditions += isWhole ? [.atLeast(low), .atMost(low)] : [.atLeast(low), .coreBelow(end)]
        case ("~", _?), ("~>", _?):
            conditions.append(.atLeast(low))
            if let end = version.tildeEnd { conditions.append(.coreBelow(end)) }
        case ("^", _?): conditions += [.atLeast(low), .coreBelow(version.caretEnd)]
        default:
            throw VersionRange.ParseError(
                description: end == nil
                    ? "'\(sign)\(text)' in the range '\(whole)' compares with any version at all; name one."
                    : "'\(sign)' in the range '\(whole)' is no comparison; use =, !=, <, <=, >, >=, ~ or ^.")
        }
    }
}

/// A version in a range: one to three numbers, or none.
private struct PartialVersion {
    /// The first version that it stands for.
    let low: SemanticVersion
    /// How many of its numbers are given.
    let known: Int

    init?(_ text: Substring) {
        let text = text.first == "v" ? text.dropFirst() : text
        let numbers = text.prefix { $0 != "-" && $0 != "+" }
        let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts.allSatisfy({ Self.isAny($0) || SemanticVersion.number($0) != nil })
        else { return nil }
        let given = parts.prefix { !Self.isAny($0) }
        let filled = given.map(String.init) + Array(repeating: "0", count: 3 - given.count)
        guard let low = SemanticVersion(filled.joined(separator: ".") + text[numbers.endIndex...], strict: false) else {
            return nil
        }
        self.low = low
        known = given.count
    }

    private static func isAny(_ part: Substring) -> Bool { ["x", "X", "*"].contains(part) }

    /// The numbers after the last that it stands for; nil if it stands for all.
    var end: SemanticVersion.Core? {
        switch known {
        case 0: nil
        case 1: .init(Self.next(low.core.major), 0, 0)
        case 2: .init(low.core.major, Self.next(low.core.minor), 0)
        default: .init(low.core.major, low.core.minor, Self.next(low.core.patch))
        }
    }

    /// Where `~` ends: with the last number but one. `~0.0.0` has no end in Masterminds' library.
    var tildeEnd: SemanticVersion.Core? {
        if known == 3, low.core == .init(0, 0, 0) { return nil }
        return known == 1
            ? .init(Self.next(low.core.major), 0, 0) : .init(low.core.major, Self.next(low.core.minor), 0)
    }

    /// Where `^` ends: with the first number that is not zero.
    var caretEnd: SemanticVersion.Core {
        let core = low.core
        if core.major > 0 || known == 1 { return .init(Self.next(core.major), 0, 0) }
        if core.minor > 0 || known == 2 { return .init(0, Self.next(core.minor), 0) }
        return .init(0, 0, Self.next(core.patch))
    }

    /// One more; the largest number has none, and then nothing is above it.
    private static func next(_ number: UInt64) -> UInt64 { number == .max ? .max : number + 1 }
}
