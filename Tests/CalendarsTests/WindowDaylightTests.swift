import Testing
import Time
import TimeZones

@testable import Calendars

/// Windows in New York on the days on which clocks are set: forward on 2026-03-08 at 07:00Z, back on 2026-11-01 at 06:00Z.
@Suite struct WindowDaylightTests {
    private func intervals(
        _ kind: String, _ day: String, _ times: String, zone: ZoneRules = WindowZones.newYork
    ) throws -> String {
        let parts = times.split(separator: " ").map(String.init)
        let window = try Window(
            .init(
                kind: kind, timeZone: zone.id, rrule: "FREQ=DAILY;UNTIL=\(day.filter { $0 != "-" })", start: parts[0],
                end: parts[1] == "to" ? parts[2] : nil, duration: parts[1] == "for" ? parts[2] : nil, from: day))
        let noon = try Instant(parsing: day + "T12:00:00Z")
        return window.intervals(in: (noon - .days(3))..<(noon + .days(3)), zone: zone).map { interval in
            "\(interval.lowerBound.text.dropFirst(5)) \(interval.upperBound.text.dropFirst(5))"
        }
        .joined(separator: ", ")
    }

    @Test(arguments: [
        // A start that clocks skip is the instant of the gap: the night is not left out.
        ("02:15 for 30m", "03-08T07:00:00Z 03-08T07:30:00Z"),
        ("02:15 to 03:30", "03-08T07:00:00Z 03-08T07:30:00Z"),
        ("01:30 to 02:30", "03-08T06:30:00Z 03-08T07:00:00Z"),
        ("01:30 for 1h", "03-08T06:30:00Z 03-08T07:30:00Z"),
        ("00:00 to 24:00", "03-08T05:00:00Z 03-09T04:00:00Z"),
        ("00:00 for 1d", "03-08T05:00:00Z 03-09T05:00:00Z"),
        ("18:00 to 03:00", "03-08T22:00:00Z 03-09T07:00:00Z"),
        // Clocks show none of it.
        ("02:15 to 02:45", ""),
    ])
    func whenClocksGoForward(times: String, expected: String) throws {
        for kind in ["deny", "allow"] {
            #expect(try intervals(kind, "2026-03-08", times) == expected)
        }
    }

    @Test(arguments: [
        // Once, from the earlier 01:00 to the later 01:45.
        ("01:00 to 01:45", "11-01T05:00:00Z 11-01T06:45:00Z", ""),
        ("01:00 for 45m", "11-01T05:00:00Z 11-01T06:45:00Z", ""),
        ("01:30 to 02:30", "11-01T05:30:00Z 11-01T07:30:00Z", "11-01T06:30:00Z 11-01T07:30:00Z"),
        ("00:30 to 01:30", "11-01T04:30:00Z 11-01T06:30:00Z", "11-01T04:30:00Z 11-01T05:30:00Z"),
        ("01:30 for 3h", "11-01T05:30:00Z 11-01T09:30:00Z", "11-01T06:30:00Z 11-01T08:30:00Z"),
        ("00:30 for 1h", "11-01T04:30:00Z 11-01T05:30:00Z", "11-01T04:30:00Z 11-01T05:30:00Z"),
        ("00:00 to 00:00", "11-01T04:00:00Z 11-02T05:00:00Z", "11-01T04:00:00Z 11-02T05:00:00Z"),
        ("02:30 to 01:30", "11-01T07:30:00Z 11-02T06:30:00Z", "11-01T07:30:00Z 11-02T06:30:00Z"),
    ])
    func whenClocksGoBack(times: String, denied: String, allowed: String) throws {
        #expect(try intervals("deny", "2026-11-01", times) == denied)
        #expect(try intervals("allow", "2026-11-01", times) == allowed)
    }

    @Test func aDayThatBeginsWithAGapBeginsWithIt() throws {
        let zone = WindowZones.midnight
        #expect(
            try intervals("deny", "2026-03-08", "00:00 to 24:00", zone: zone)
                == "03-08T04:00:00Z 03-09T03:00:00Z")
    }

    @Test func aWindowThatEndsTheNextDayReachesIntoIt() throws {
        let interval = try intervals("deny", "2026-07-01", "22:00 to 06:00")
        #expect(interval == "07-02T02:00:00Z 07-02T10:00:00Z")
    }

    @Test func anInstantOfUntilIsComparedWithTheStart() throws {
        // 01:30 comes twice, at 05:30Z and 06:30Z. What closes goes by the earlier, what opens by the later.
        func count(_ kind: String, until: String) throws -> Int {
            let window = try Window(
                .init(
                    kind: kind, timeZone: "America/New_York", rrule: "FREQ=DAILY;UNTIL=\(until)", start: "01:30",
                    duration: "2h", from: "2026-11-01"))
            let range = try Instant(parsing: "2026-10-30T00:00:00Z")..<Instant(parsing: "2026-11-05T00:00:00Z")
            return window.intervals(in: range, zone: WindowZones.newYork).count
        }
        #expect(try count("deny", until: "20261101T052959Z") == 0)
        #expect(try count("deny", until: "20261101T053000Z") == 1)
        #expect(try count("allow", until: "20261101T062959Z") == 0)
        #expect(try count("allow", until: "20261101T063000Z") == 1)
    }

    @Test func oneThatDoesNotRecurReadsItsLocalTimesTheSameWay() throws {
        func interval(_ kind: String) throws -> [Range<Instant>] {
            let window = try Window(
                .init(
                    kind: kind, timeZone: "America/New_York", from: "2026-03-08T02:30", until: "2026-11-01T01:30"))
            let range = try Instant(parsing: "2026-01-01T00:00:00Z")..<Instant(parsing: "2027-01-01T00:00:00Z")
            return window.intervals(in: range, zone: WindowZones.newYork)
        }
        let gap = try Instant(parsing: "2026-03-08T07:00:00Z")
        #expect(try interval("deny") == [gap..<(try Instant(parsing: "2026-11-01T06:30:00Z"))])
        #expect(try interval("allow") == [gap..<(try Instant(parsing: "2026-11-01T05:30:00Z"))])
    }
}
