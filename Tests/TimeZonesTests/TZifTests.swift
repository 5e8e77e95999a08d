import SeededTesting
import Testing
import Time

@testable import TimeZones

@Suite("A system's time zone file")
struct TZifTests {
    private func at(_ text: String) throws -> Instant { try Instant(parsing: text) }

    @Test("answers before, between and after its changes")
    func answers() throws {
        let maker = FileMaker(
            offsets: [-17_762, -18_000, -14_400], changes: [(-2_717_650_800, 1), (1_772_953_200, 2)])
        let zone = try TZif(parsing: maker.bytes)
        try #expect(zone.offset(at: at("1883-01-01T00:00:00Z")) == -17_762)
        try #expect(zone.offset(at: at("1883-11-18T16:59:59.999999Z")) == -17_762)
        try #expect(zone.offset(at: at("1883-11-18T17:00:00Z")) == -18_000)
        try #expect(zone.offset(at: at("2026-03-08T06:59:59.999999Z")) == -18_000)
        try #expect(zone.offset(at: at("2026-03-08T07:00:00Z")) == -14_400)
        // By the footer.
        try #expect(zone.offset(at: at("2026-11-01T05:59:59Z")) == -14_400)
        try #expect(zone.offset(at: at("2026-11-01T06:00:00Z")) == -18_000)
        try #expect(zone.offset(at: at("2400-07-01T00:00:00Z")) == -14_400)
    }

    @Test("of each version is read", arguments: ["2", "3", "4"] as [Character])
    func versions(version: Character) throws {
        let zone = try TZif(parsing: FileMaker(version: version).bytes)
        try #expect(zone.offset(at: at("2026-07-01T00:00:00Z")) == -14_400)
    }

    @Test("of version 1 goes on with its last change")
    func version1() throws {
        let zone = try TZif(parsing: FileMaker(changes: [(-1_000_000, 1), (1_000_000_000, 0)]).bytesOfVersion1)
        #expect(zone.offset(at: Instant(microseconds: -1_000_000_000_001)) == -18_000)
        #expect(zone.offset(at: Instant(microseconds: -1_000_000_000_000)) == -14_400)
        try #expect(zone.offset(at: at("2026-07-01T00:00:00Z")) == -18_000)
        // Its first type is that of all time before.
        #expect(zone.initialOffset == -18_000)
    }

    @Test("without a last line goes on with its last change")
    func withoutFooter() throws {
        let zone = try TZif(parsing: FileMaker(changes: [(0, 1)], footer: "").bytes)
        try #expect(zone.offset(at: at("2026-01-01T00:00:00Z")) == -14_400)
    }

    @Test("is refused when something in it cannot be")
    func refused() {
        func reason(_ bytes: [UInt8]) -> String {
            do {
                _ = try TZif(parsing: bytes)
                return "none"
            } catch {
                return error.description
            }
        }
        #expect(reason([]) == "it ends too early")
        #expect(reason([UInt8](repeating: 7, count: 5_000)) == "it is no time zone file")
        #expect(reason(FileMaker(version: "9").bytes) == "it is of an unknown version")
        #expect(reason(FileMaker(changes: [(10, 0), (10, 1)]).bytes) == "its changes are damaged")
        #expect(reason(FileMaker(changes: [(10, 2)]).bytes) == "its changes are damaged")
        #expect(reason(FileMaker(offsets: [100_000]).bytes) == "its offsets are beyond a day")
        #expect(reason(FileMaker(offsets: []).bytes) == "it has no types of clocks")
        #expect(reason(FileMaker(leapSeconds: 27).bytes) == "its clocks count leap seconds")
        #expect(reason(FileMaker(footer: "EST5EDT").bytes) == "its last line is damaged")
        #expect(reason(FileMaker().bytes.dropLast()) == "it ends too early")
    }

    @Test("cut off anywhere is refused", arguments: ["America/New_York", "Asia/Tehran"])
    func truncated(name: String) throws {
        let bytes = try #require(systemFile(name))
        #expect(throws: Never.self) { try TZif(parsing: bytes) }
        for count in bytes.indices {
            #expect(throws: TZif.ParseError.self) { try TZif(parsing: Array(bytes.prefix(count))) }
        }
    }

    // A seed that fails is printed as its case's argument: add it here.
    @Test("with damaged bytes is rules or an error", arguments: [1, 2, .random(in: 3 ... .max)] as [UInt64])
    func damaged(seed: UInt64) throws {
        var generator = Seeded(seed: seed)
        let original = try #require(systemFile("America/New_York"))
        let rules = try Zones.read("America/New_York")
        let now = try at("2026-11-20T12:00:00Z")
        var (accepted, refused, noticed) = (0, 0, 0)
        for round in 0..<600 {
            var bytes = original
            for _ in 0...(round % 3) {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
            do {
                let file = try TZif(parsing: bytes)
                accepted += 1
                // Whatever it says, it answers.
                for instant in [Instant(microseconds: .min), now, Instant(microseconds: .max)] {
                    #expect(abs(file.offset(at: instant)) < 100_000, "seed \(seed), round \(round)")
                }
                if rules.firstDisagreement(with: file, around: now) != nil { noticed += 1 }
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(accepted > 50 && refused > 50 && noticed < accepted, "seed \(seed)")
    }
}
