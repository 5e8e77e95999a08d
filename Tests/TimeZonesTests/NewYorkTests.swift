import Testing
import Time

@testable import TimeZones

/// When New York's clocks were and will be set, by the laws.
private enum Law {
    /// The nth Sunday of a month; the fifth is the last.
    static func sunday(_ count: Int, of month: Int, _ year: Int) -> CivilDate? {
        let days = (1...31).compactMap { CivilDate(year: year, month: month, day: $0) }
        // 1970-01-04 was a Sunday.
        let sundays = days.filter { ($0.daysSinceEpoch - 3) % 7 == 0 }
        return count == 5 ? sundays.last : sundays[count - 1]
    }

    static func spring(_ year: Int) -> CivilDate? {
        switch year {
        case 1974: CivilDate(year: 1974, month: 1, day: 6)
        case 1975: CivilDate(year: 1975, month: 2, day: 23)
        case ..<1987: sunday(5, of: 4, year)
        case ..<2007: sunday(1, of: 4, year)
        default: sunday(2, of: 3, year)
        }
    }

    static func autumn(_ year: Int) -> CivilDate? {
        year < 2007 ? sunday(5, of: 10, year) : sunday(1, of: 11, year)
    }
}

@Suite("New York's clocks")
struct NewYorkTests {
    private let rules: ZoneRules

    init() throws { rules = try Zones.read("America/New_York") }

    private func noon(_ text: String) throws -> Instant { try Instant(parsing: text + "T12:00:00Z") }

    @Test("were set 142 times from 1967 to 2037, as the laws said")
    func transitions() throws {
        var expected: [ZoneRules.Transition] = []
        for year in 1967...2037 {
            for (date, hour, offset) in [(Law.spring(year), 7, -14_400), (Law.autumn(year), 6, -18_000)] {
                let seconds = Int64(try #require(date).daysSinceEpoch) * 86_400 + Int64(hour) * 3_600
                let at = Instant(microseconds: seconds * 1_000_000)
                expected.append(.init(at: at, offset: offset))
            }
        }
        let span = try Instant(parsing: "1967-01-01T00:00:00Z")..<Instant(parsing: "2038-01-01T00:00:00Z")
        let found = rules.transitions.filter { span.contains($0.at) }.map {
            ZoneRules.Transition(at: $0.at, offset: $0.offset)
        }
        #expect(expected.count == 142)
        #expect(found == expected)
    }

    @Test("are called by what they show")
    func abbreviations() throws {
        try #expect(rules.abbreviation(at: noon("2006-10-30")) == "EST")
        try #expect(rules.abbreviation(at: noon("2007-10-30")) == "EDT")
        try #expect(rules.abbreviation(at: noon("2007-03-12")) == "EDT")
        try #expect(rules.abbreviation(at: noon("1974-01-07")) == "EDT")
    }

    @Test("go on by the last law to the end of the table")
    func end() throws {
        #expect(
            rules.coverage == (try Instant(parsing: "1900-01-01T00:00:00Z")..<Instant(parsing: "2101-01-01T00:00:00Z")))
        let last = try #require(rules.transitions.last)
        #expect(last.at == (try Instant(parsing: "2100-11-07T06:00:00Z")))
        #expect(last.offset == -18_000 && last.abbreviation == "EST")
        #expect(rules.initialOffset == -18_000)
    }

    @Test("jump over an hour in spring and show one twice in autumn")
    func gapsAndOverlaps() throws {
        let spring = try #require(CivilDate(year: 2026, month: 3, day: 8))
        let jump = try Instant(parsing: "2026-03-08T07:00:00Z")
        #expect(rules.instant(of: spring, TimeOfDay(2, 30)) == .skipped(at: jump))
        #expect(rules.instant(of: spring, TimeOfDay(3, 0)) == .once(jump))
        let autumn = try #require(CivilDate(year: 2026, month: 11, day: 1))
        let readings = LocalReading.twice(
            earlier: try Instant(parsing: "2026-11-01T05:30:00Z"), later: try Instant(parsing: "2026-11-01T06:30:00Z"))
        #expect(rules.instant(of: autumn, TimeOfDay(1, 30)) == readings)
    }
}
