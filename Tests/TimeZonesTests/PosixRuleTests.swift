import Testing
import Time

@testable import TimeZones

@Suite("The last line of a time zone file")
struct PosixRuleTests {
    private func rule(_ text: String) throws -> PosixRule { try #require(PosixRule(parsing: Array(text.utf8))) }

    private func offset(_ text: String, _ instant: String) throws -> Int {
        try rule(text).offset(at: Instant(parsing: instant).microseconds / 1_000_000)
    }

    /// Each pair is the last second of one offset and the first of the next.
    @Test(
        "says when clocks are set",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", "2030-03-10T06:59:59Z", -18_000, -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", "2030-11-03T05:59:59Z", -14_400, -18_000),
            // Iran once, by the nth day; the 79th from 0 is March 21st, or March 20th of a leap year.
            ("<+0330>-3:30<+0430>,J79/24,J263/24", "2030-03-20T20:29:59Z", 12_600, 16_200),
            ("<+0330>-3:30<+0430>,J79/24,J263/24", "2028-03-20T20:29:59Z", 12_600, 16_200),
            ("<+0330>-3:30<+0430>,79/24,263/24", "2030-03-21T20:29:59Z", 12_600, 16_200),
            ("<+0330>-3:30<+0430>,79/24,263/24", "2028-03-20T20:29:59Z", 12_600, 16_200),
            // Greenland: the hours before midnight, and beyond a day.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", -7_200, -3_600),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-10-27T00:59:59Z", -3_600, -7_200),
            ("IST-2IDT,M3.4.4/26,M10.5.0", "2030-03-28T23:59:59Z", 7_200, 10_800),
            // Southern summers reach over New Year.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2030-04-06T15:59:59Z", 39_600, 36_000),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2030-10-05T15:59:59Z", 36_000, 39_600),
            // Ireland's winter is the exception.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-03-31T00:59:59Z", 0, 3_600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-10-27T00:59:59Z", 3_600, 0),
            // Half an hour of summer.
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2030-04-06T14:59:59Z", 39_600, 37_800),
            // Before the epoch, and in a year that 100 divides.
            ("EST5EDT,M3.2.0,M11.1.0", "1969-03-09T06:59:59Z", -18_000, -14_400),
            ("EST5EDT,J60,J300", "2100-03-01T06:59:59Z", -18_000, -14_400),
        ])
    func turns(text: String, last: String, before: Int, after: Int) throws {
        #expect(try offset(text, last) == before)
        let next = try Instant(parsing: last) + .seconds(1)
        #expect(try rule(text).offset(at: next.microseconds / 1_000_000) == after)
    }

    @Test(
        "may say that nothing changes", arguments: [("UTC0", 0), ("<+0545>-5:45", 20_700), ("<-00>+1:30:15", -5_415)])
    func fixed(text: String, expected: Int) throws {
        #expect(try offset(text, "2030-07-01T00:00:00Z") == expected)
    }

    @Test(
        "may say that it is always summer",
        arguments: ["2029-12-31T23:59:59Z", "2030-01-01T03:00:00Z", "2030-06-01T00:00:00Z", "2030-01-01T02:59:59Z"])
    func alwaysSummer(instant: String) throws {
        #expect(try offset("XXX3YYY,0/0,J365/25", instant) == -7_200)
    }

    @Test(
        "is refused when it is no such line",
        arguments: [
            "", "E5", "EST", "EST5EDT", "EST25", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,M13.1.0,M11.1.0",
            "EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J1",
            "EST5EDT,J366,J1", "EST5EDT,366,1", "EST5EDT,M3.2.0/168,M11.1.0", "<EST5EDT", "<>5", "EST5:60", "EST5:",
            "EST--5", "EST5EDT,M3.2.0/,M11.1.0", "EST5 EDT", "EST99999999999999999999", ":America/New_York",
        ])
    func refused(text: String) {
        #expect(PosixRule(parsing: Array(text.utf8)) == nil)
    }
}
