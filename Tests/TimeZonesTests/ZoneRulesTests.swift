import Testing
import Time

@testable import TimeZones

/// A zone that is set forward at second 100,000 by an hour and back at second 200,000,000.
private let zone = ZoneRules(
    id: "Test/Zone", coverage: Instant(microseconds: 0)..<Instant(microseconds: 1_000_000_000_000_000),
    initialOffset: -18_000,
    transitions: [
        .init(at: Instant(microseconds: 1_772_953_200_000_000), offset: -14_400),
        .init(at: Instant(microseconds: 1_793_512_800_000_000), offset: -18_000),
    ])

@Suite struct ZoneRulesTests {
    private func day(_ year: Int, _ month: Int, _ day: Int) throws -> CivilDate {
        try #require(CivilDate(year: year, month: month, day: day))
    }

    @Test func aLocalTimeStandsForOneInstantTwoOrNone() throws {
        let monday = try day(2026, 3, 9)
        #expect(zone.instant(of: monday, TimeOfDay(9, 30)) == .once(try Instant(parsing: "2026-03-09T13:30:00Z")))
        let spring = try day(2026, 3, 8)
        #expect(
            zone.instant(of: spring, TimeOfDay(2, 30)) == .skipped(at: try Instant(parsing: "2026-03-08T07:00:00Z")))
        #expect(zone.instant(of: spring, TimeOfDay(2, 0)) == .skipped(at: try Instant(parsing: "2026-03-08T07:00:00Z")))
        #expect(zone.instant(of: spring, TimeOfDay(3, 0)) == .once(try Instant(parsing: "2026-03-08T07:00:00Z")))
        let autumn = try day(2026, 11, 1)
        #expect(
            zone.instant(of: autumn, TimeOfDay(1, 30))
                == .twice(
                    earlier: try Instant(parsing: "2026-11-01T05:30:00Z"),
                    later: try Instant(parsing: "2026-11-01T06:30:00Z")))
        #expect(zone.instant(of: autumn, TimeOfDay(2, 0)) == .once(try Instant(parsing: "2026-11-01T07:00:00Z")))
    }

    @Test func whatClocksShowIsWrittenWithItsOffset() throws {
        let text = zone.local(at: try Instant(parsing: "2026-11-20T15:00:00Z")).text
        #expect(text == "2026-11-20T10:00:00-05:00")
    }
}
