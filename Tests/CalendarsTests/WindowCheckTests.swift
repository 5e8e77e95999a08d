import Testing
import Time

@testable import Calendars

@Suite struct WindowCheckTests {
    private func check(_ fields: Window.Fields) throws {
        let coverage = try Instant(parsing: "2020-01-01T05:00:00Z")..<Instant(parsing: "2027-01-01T05:00:00Z")
        try Window(fields).check(coverage: coverage, zone: WindowZones.newYork)
    }

    private static func daily(
        _ kind: String, _ start: String, _ end: String, rrule: String = "FREQ=DAILY", from: String? = nil
    ) -> Window.Fields {
        Window.Fields(kind: kind, timeZone: "America/New_York", rrule: rrule, start: start, end: end, from: from)
    }

    private static func lasting(_ kind: String, _ duration: String, rrule: String) -> Window.Fields {
        Window.Fields(
            kind: kind, timeZone: "America/New_York", rrule: rrule, start: "00:00", duration: duration)
    }

    private static func once(_ kind: String, _ from: String, _ until: String) -> Window.Fields {
        Window.Fields(kind: kind, timeZone: "America/New_York", from: from, until: until)
    }

    private static let never = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"

    @Test(arguments: [
        (daily("allow", "09:00", "17:00", rrule: never), "the allow window never opens: no date matches \(never)"),
        (daily("deny", "09:00", "17:00", rrule: never), "the deny window never closes: no date matches \(never)"),
        (
            daily("deny", "09:00", "17:00", from: "2030-01-01"),
            "the deny window never closes: no date matches FREQ=DAILY, from 2030-01-01"
        ),
        (
            daily("deny", "00:00", "24:00"),
            "the deny window never opens: each occurrence lasts until the next one starts"
        ),
        (
            daily("allow", "09:00", "09:00"),
            "the allow window never closes: each occurrence lasts until the next one starts"
        ),
        (
            daily("deny", "00:00", "24:00", from: "2026-01-01"),
            "the deny window never opens: each occurrence lasts until the next one starts"
        ),
        (
            lasting("deny", "31d", rrule: "FREQ=MONTHLY;BYMONTHDAY=1"),
            "the deny window never opens: each occurrence lasts until the next one starts"
        ),
        (
            daily("deny", "02:10", "02:50", rrule: "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
            "the deny window never closes: on the days of FREQ=YEARLY;BYMONTH=3;BYDAY=2SU it has no time"
        ),
        (once("deny", "2026-03-02T00:00", "2026-03-01T00:00"), "the window ends when it begins, or before that"),
        (once("allow", "2026-03-02T00:00", "2026-03-02T00:00"), "the window ends when it begins, or before that"),
        (
            once("deny", "2019-01-01T00:00", "2030-01-01T00:00"),
            "the deny window never opens from the first day that is known to the last"
        ),
    ])
    func whatNeverOpensOrNeverClosesIsRefused(fields: Window.Fields, message: String) throws {
        let error = try #require(throws: WindowError.self) { try check(fields) }
        #expect(error.message == message)
    }

    @Test(arguments: [
        daily("deny", "09:00", "17:00"), daily("allow", "09:00", "08:59"),
        daily("deny", "00:00", "24:00", rrule: "FREQ=WEEKLY;BYDAY=SA,SU"),
        daily("deny", "00:00", "24:00", rrule: "FREQ=DAILY;UNTIL=20261220"),
        // Over before anything is known: it was right once.
        daily("deny", "00:00", "24:00", rrule: "FREQ=DAILY;UNTIL=20180101"),
        once("deny", "2018-03-01T00:00", "2018-03-02T00:00"),
        once("allow", "2030-03-01T00:00", "2030-03-02T00:00"),
        // It reaches over the end of what is known, and has an end all the same.
        lasting("deny", "14d", rrule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"),
    ])
    func allElseIsTaken(fields: Window.Fields) throws {
        try check(fields)
    }

    @Test func aShortCoverageThatEndsInsideIsNotForEver() throws {
        let window = try Window(Self.lasting("deny", "14d", rrule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"))
        let coverage = try Instant(parsing: "2026-02-01T05:00:00Z")..<Instant(parsing: "2027-01-01T05:00:00Z")
        try window.check(coverage: coverage, zone: WindowZones.newYork)
    }

    /// Fridays of 2026 at 18:00 for six hours, New York's time.
    private static func fridays(_ until: String) -> Window.Fields {
        Window.Fields(
            kind: "deny", timeZone: "America/New_York", rrule: "FREQ=WEEKLY;BYDAY=FR" + until, start: "18:00",
            duration: "6h", from: "2026-01-02")
    }

    @Test(arguments: [
        (fridays(";UNTIL=20261120"), "2026-11-21T04:59:59Z", false),
        (fridays(";UNTIL=20261120"), "2026-11-21T05:00:00Z", true),
        // The Friday after does not come any more, though UNTIL has not passed.
        (fridays(";UNTIL=20261126"), "2026-11-21T05:00:00Z", true),
        (fridays(";UNTIL=20261120T230000Z"), "2026-11-20T12:00:00Z", false),
        (fridays(";UNTIL=20261120T225959Z"), "2026-11-20T12:00:00Z", true),
        (fridays(";UNTIL=20261120"), "2060-01-01T00:00:00Z", false),
        // Its next occurrence lies beyond what is known, and comes all the same.
        (fridays(";INTERVAL=1000;UNTIL=29991231"), "2046-01-01T00:00:00Z", false),
        (fridays(""), "2046-01-01T00:00:00Z", false),
        (once("allow", "2026-03-01T00:00", "2026-03-02T00:00"), "2026-03-02T04:59:59.999999Z", false),
        (once("allow", "2026-03-01T00:00", "2026-03-02T00:00"), "2026-03-02T05:00:00Z", true),
    ])
    func aWindowIsOverOnceItsLastOccurrenceHasEnded(fields: Window.Fields, now: String, isOver: Bool) throws {
        #expect(try Window(fields).isOver(at: Instant(parsing: now), zone: WindowZones.newYork) == isOver)
    }
}
