import Testing

@testable import ICU

@Suite("What ICU knows of zones")
struct ZoneReaderTests {
    @Test(
        "has a canonical name for a zone's other names, and none for what is no zone",
        arguments: [
            ("America/New_York", "America/New_York"), ("US/Eastern", "America/New_York"), ("UTC", "Etc/UTC"),
            ("EST", "Etc/GMT+5"), ("Asia/Kolkata", "Asia/Calcutta"), ("GMT+5", nil), ("UTC+5", nil), ("", nil),
            ("America/new_york", nil), ("America/New_Yrok", nil), ("Etc/Unknown", nil), ("\0", nil),
            ("America/New_York\0", nil),
        ])
    func canonical(name: String, expected: String?) throws {
        #expect(try ZoneReader.canonicalName(of: name) == expected)
    }

    @Test("is never asked for a zone that it would take for Greenwich", arguments: ["", "America/New_Yrok", "GMT+25"])
    func noGreenwich(name: String) {
        #expect(throws: ICUError.noSuchZone(name)) { try ZoneReader.periods(of: name, from: 0, until: 1) }
    }

    @Test("is told as periods that differ, up to the end that was asked for")
    func periods() throws {
        let year = 1_767_225_600...1_798_761_600 as ClosedRange<Int64>
        let periods = try ZoneReader.periods(of: "America/New_York", from: year.lowerBound, until: year.upperBound)
        #expect(
            periods == [
                ZonePeriod(start: 1_767_225_600, offset: -18_000, abbreviation: "EST"),
                ZonePeriod(start: 1_772_953_200, offset: -14_400, abbreviation: "EDT"),
                ZonePeriod(start: 1_793_512_800, offset: -18_000, abbreviation: "EST"),
            ])
        // From 1968 to 1971 London kept its summer time, in law first as such, then as standard time.
        let london = try ZoneReader.periods(of: "Europe/London", from: -63_158_400, until: 69_000_000)
        #expect(london.map(\.start) == [-63_158_400, -59_004_000, 57_722_400])
        #expect(london.map(\.offset) == [0, 3_600, 0])
        #expect(london.map(\.abbreviation) == ["GMT", nil, "GMT"])
    }

    @Test("has several hundred zones, each under its own name")
    func names() throws {
        let names = try ZoneReader.canonicalNames()
        #expect(names.count > 400)
        for name in names where name != "Etc/Unknown" { #expect(try ZoneReader.canonicalName(of: name) == name) }
    }
}
