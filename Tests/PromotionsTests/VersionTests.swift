import Promotions
import SeededTesting
import Testing

@Suite struct SemanticVersionTests {
    @Test(arguments: ["1.2.3", "v1.2.3", "0.0.0", "1.2.3-rc.1", "1.2.3-0a", "1.2.3+5.sha", "1.2.3--.-"])
    func strictlyRead(text: String) {
        #expect(SemanticVersion(text, strict: true)?.text == text)
    }

    @Test(arguments: ["1", "1.2", "v7", "01.2.3"])
    func readOnlyLoosely(text: String) {
        #expect(SemanticVersion(text, strict: true) == nil)
        #expect(SemanticVersion(text, strict: false) != nil)
    }

    @Test(arguments: [
        "", "v", "vv1.2.3", "V1.2.3", "1.2.3.4", "1..3", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-01", "1.2.3-ä",
        "+1.2.3",
        "1.2.-3", "latest", " 1.2.3", "1.2.3 ", "99999999999999999999.0.0", "1.2.+3",
    ])
    func notRead(text: String) {
        #expect(SemanticVersion(text, strict: false) == nil)
    }

    /// The order of semver.org's own example, and more of its kind.
    @Test func eachOfTheseComesBeforeTheNext() throws {
        let texts = [
            "0.9.0", "1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0-alpha", "1.0.0-alpha.1",
            "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.9.0",
            "1.10.0",
            "2.0.0-0", "2.0.0",
        ]
        let versions = try texts.map { try #require(SemanticVersion($0, strict: true)) }
        for (i, left) in versions.enumerated() {
            for (j, right) in versions.enumerated() { #expect((left < right) == (i < j), "\(left.text) \(right.text)") }
        }
    }

    @Test func metadataIsNotCompared() {
        #expect(SemanticVersion("1.2.3+a", strict: true) == SemanticVersion("v1.2.3+b", strict: true))
    }
}

@Suite struct VersionRangeTests {
    @Test(arguments: [
        ("1.2.3", "1.2.3 v1.2.3 1.2.3+x", "1.2.4 1.2.2 1.2.3-rc.1"),
        ("=1.2", "1.2.0 1.2.9", "1.3.0 1.1.9 1.2.0-rc.1"),
        ("!=1.2.3", "1.2.2 1.2.4", "1.2.3 1.2.4-rc.1"),
        ("!=1.2", "1.1.9 1.3.0 2.2.0", "1.2.0 1.2.9"),
        ("!=1.x", "0.9.0 2.0.0", "1.0.0 1.9.9"),
        (">1.2", "1.3.0 2.0.0", "1.2.0 1.2.9 1.1.0"),
        (">1", "2.0.0", "1.0.0 1.9.9"),
        (">1.2.3", "1.2.4", "1.2.3 1.2.3-rc.1"),
        (">= 1.2", "1.2.0 3.0.0", "1.1.9"),
        ("=>1.2", "1.2.0", "1.1.9"),
        ("<1.2", "1.1.9 0.1.0", "1.2.0 1.2.0-rc.1"),
        ("<=1.2", "1.2.9 0.1.0", "1.3.0"),
        ("<=1", "1.9.9", "2.0.0"),
        ("=<1.2.3", "1.2.3", "1.2.4"),
        ("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2 2.2.3"),
        ("~>1.2", "1.2.0 1.2.9", "1.3.0"),
        ("~1", "1.0.0 1.9.9", "2.0.0 0.9.0"),
        ("~1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.10 1.2.3 1.2.4-alpha", "1.2.3-beta.1 1.3.0-alpha 1.3.0"),
        ("^1.2.3", "1.2.3 1.9.9", "2.0.0 1.2.2 1.3.0-rc.1"),
        ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
        ("^0.0.3", "0.0.3", "0.0.4 0.0.2"),
        ("^0.0", "0.0.0 0.0.9", "0.1.0"),
        ("^0", "0.0.0 0.9.9", "1.0.0"),
        ("^1.2.0-0", "1.2.0-rc.1 1.9.0-rc.1 1.2.0", "2.0.0-rc.1 2.0.0"),
        ("1.2 - 1.4.5", "1.2.0 1.4.5", "1.1.9 1.4.6"),
        ("1.2 - 1.4", "1.2.0 1.4.9", "1.5.0"),
        ("*", "0.0.0 9.9.9", "1.0.0-rc.1"),
        ("", "0.0.0 9.9.9", "1.0.0-rc.1"),
        ("1.x", "1.0.0 1.9.9", "2.0.0"),
        ("1.2.*", "1.2.0 1.2.9", "1.3.0"),
        ("X", "3.2.1", "3.2.1-0"),
        (">=1.0, <3", "1.0.0 2.9.9", "0.9.0 3.0.0 2.0.0-rc.1"),
        (">=1.0 <3 !=2.0.0", "1.0.0 2.9.9", "2.0.0"),
        (">=1.0.0-0 <2", "1.5.0-rc.1 2.0.0-rc.1", "2.0.0"),
        ("<1 || >=2, <3 || ^5", "0.9.0 2.5.0 5.1.0", "1.0.0 3.0.0 6.0.0"),
        ("^1.0.0-0 || ^2", "1.1.0-rc.1 2.1.0", "2.1.0-rc.1"),
        ("v1.2 - v1.3", "1.2.0 1.3.7", "1.4.0"),
    ])
    func contains(range: String, inside: String, outside: String) throws {
        let range = try VersionRange(range)
        for text in inside.split(separator: " ") {
            #expect(range.contains(try #require(SemanticVersion(String(text), strict: true))), "\(text)")
        }
        for text in outside.split(separator: " ") {
            #expect(!range.contains(try #require(SemanticVersion(String(text), strict: true))), "\(text)")
        }
    }

    @Test(arguments: [
        "latest", ">", "1.2.3.4", "1 -", ">=", "=!1", "1.2.3 - - 2", "!=*", ">*", "<x", "1..2", "^^1", "1.2.a",
    ])
    func isRefused(text: String) {
        #expect(throws: VersionRange.ParseError.self) { try VersionRange(text) }
    }

    /// Against what the sentences of the documentation say, number by number.
    @Test func agreesWithANaiveModel() throws {
        var random = Seeded()
        for _ in 0..<20_000 {
            let sign = try #require(["", "=", "!=", "<", "<=", ">", ">=", "~", "^"].randomElement(using: &random))
            let numbers = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 0...3, using: &random) }
            let text = sign + numbers.map(String.init).joined(separator: ".")
            let asked = (0..<3).map { _ in Int.random(in: 0...4, using: &random) }
            let version = try #require(
                SemanticVersion(asked.map(String.init).joined(separator: "."), strict: true))
            #expect(
                try VersionRange(text).contains(version) == Naive.contains(sign, numbers, asked),
                "\(text) \(version.text), seed \(random.seed)")
        }
    }
}

/// Ranges of releases, by counting out.
private enum Naive {
    static func contains(_ sign: String, _ numbers: [Int], _ asked: [Int]) -> Bool {
        let known = asked.prefix(numbers.count)
        let isWithin = Array(known) == numbers
        let isBelow = known.lexicographicallyPrecedes(numbers)
        switch sign {
        case "", "=": return isWithin
        case "!=": return !isWithin
        case "<": return isBelow
        case "<=": return isBelow || isWithin
        case ">": return !isBelow && !isWithin
        case ">=": return !isBelow
        case "~":
            if numbers == [0, 0, 0] { return true }
            let kept = max(1, min(numbers.count, 2))
            return !isBelow && Array(asked.prefix(kept)) == Array(numbers.prefix(kept))
        default:
            let kept = (numbers.firstIndex { $0 > 0 } ?? numbers.count - 1) + 1
            return !isBelow && Array(asked.prefix(kept)) == Array(numbers.prefix(kept))
        }
    }
}
