/// A version by semver.org: three numbers, perhaps a pre-release, perhaps metadata that no comparison looks at.
public struct SemanticVersion: Sendable {
    /// The three numbers, which compare before all else.
    public struct Core: Hashable, Comparable, Sendable {
        /// What a breaking change counts up.
        public let major: UInt64
        /// What an addition counts up.
        public let minor: UInt64
        /// What a correction counts up.
        public let patch: UInt64

        /// Three numbers.
        public init(_ major: UInt64, _ minor: UInt64, _ patch: UInt64) {
            self.major = major
            self.minor = minor
            self.patch = patch
        }

        /// The earlier version is smaller.
        public static func < (left: Core, right: Core) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
    }

    /// The three numbers.
    public let core: Core
    /// The parts of the pre-release; none for a release.
    public let prerelease: [Substring]
    /// The text that was read.
    public let text: String

    /// Whether it comes before the release of its numbers.
    public var isPrerelease: Bool { !prerelease.isEmpty }

    /// Reads a version, with one `v` in front if there is one; nil if it is none.
    ///
    /// Strictly read, all three numbers are there, without zeros in front; else `1` and `01.2` are versions too.
    public init?(_ text: String, strict: Bool) {
        var rest = text.utf8.first == UInt8(ascii: "v") ? text.dropFirst() : text[...]
        if let plus = rest.firstIndex(of: "+") {
            guard Self.areParts(rest[rest.index(after: plus)...]) else { return nil }
            rest = rest[..<plus]
        }
        var prerelease: [Substring] = []
        if let dash = rest.firstIndex(of: "-") {
            let text = rest[rest.index(after: dash)...]
            prerelease = text.split(separator: ".", omittingEmptySubsequences: false)
            guard Self.areParts(text), !prerelease.contains(where: Self.hasNeedlessZero) else { return nil }
            rest = rest[..<dash]
        }
        let numbers = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard strict ? numbers.count == 3 && !numbers.contains(where: Self.hasNeedlessZero) : numbers.count <= 3 else {
            return nil
        }
        let values = numbers.compactMap(Self.number)
        guard values.count == numbers.count else { return nil }
        core = Core(values[0], values.count > 1 ? values[1] : 0, values.count > 2 ? values[2] : 0)
        self.prerelease = prerelease
        self.text = text
    }

    /// A number of digits only, which `UInt64`'s own reading is not: that takes a sign.
    static func number(_ text: Substring) -> UInt64? {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? UInt64(text) : nil
    }

    /// Letters, digits and dashes between single dots.
    private static func areParts(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }

    private static func hasNeedlessZero(_ part: Substring) -> Bool {
        part.utf8.count > 1 && part.utf8.first == UInt8(ascii: "0") && part.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }
}

extension SemanticVersion: Comparable {
    /// Whether neither comes before the other: what differs is at most metadata, or how the numbers are written.
    public static func == (left: Self, right: Self) -> Bool {
        left.core == right.core && left.prerelease == right.prerelease
    }

    /// Numbers first; then a pre-release comes before its release; its parts compare as numbers, before words.
    public static func < (left: Self, right: Self) -> Bool {
        guard left.core == right.core else { return left.core < right.core }
        guard left.isPrerelease, right.isPrerelease else { return left.isPrerelease && !right.isPrerelease }
        for (mine, other) in zip(left.prerelease, right.prerelease) where mine != other {
            return isBefore(mine, other)
        }
        return left.prerelease.count < right.prerelease.count
    }

    private static func isBefore(_ left: Substring, _ right: Substring) -> Bool {
        let (isNumber, otherIsNumber) = (isDigits(left), isDigits(right))
        guard isNumber, otherIsNumber else {
            return isNumber != otherIsNumber ? isNumber : left.utf8.lexicographicallyPrecedes(right.utf8)
        }
        // By length first: the numbers may have more digits than any integer, and none has a zero in front.
        guard left.utf8.count == right.utf8.count else { return left.utf8.count < right.utf8.count }
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func isDigits(_ part: Substring) -> Bool { part.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
}
