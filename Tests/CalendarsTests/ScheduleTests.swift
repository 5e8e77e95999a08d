import Glibc
import Testing
import Time

@testable import Calendars

@Suite struct ScheduleTests {
    private static func sample() throws -> Schedule {
        Schedule(
            [
                .init(
                    start: try at("2026-11-20T14:30:00Z"), end: try at("2026-11-20T21:00:00Z"), isOpen: false,
                    code: "market.core_session", reason: "XNYS core session until 16:00 EST, and 20 min after it"),
                .init(
                    start: try at("2026-11-20T21:00:00Z"), end: try at("2026-11-21T00:00:00.250000Z"), isOpen: true,
                    code: "stage.open", reason: "=HYPERLINK(\"x\"), said somebody"),
                .init(
                    start: try at("2026-11-21T00:00:00.250000Z"), end: try at("2026-11-21T05:00:00.250000Z"),
                    isOpen: false, code: "window.denied",
                    reason:
                        "Freitagabend; back\\slash, comma,\r\nund ein sehr langer Grund mit Umläuten äöüäöüäöüäöüäöü 🚦🚦🚦🚦"
                ),
                .init(
                    start: try at("2026-11-22T00:00:00Z"), end: nil, isOpen: false, code: "freeze.active",
                    reason: "-frozen"),
            ],
            until: try at("2026-12-01T00:00:00Z"))
    }

    private static func calendar() throws -> String {
        try sample().iCalendar(
            name: "stonks-oracle/live", identity: "stonks-oracle/live", stamp: try at("2026-11-20T15:00:00.9Z"))
    }

    @Test func aTableHasARowForEachStretch() throws {
        let reason = "Freitagabend; back\\slash, comma,\r\nund ein sehr langer Grund mit Umläuten äöüäöüäöüäöüäöü 🚦🚦🚦🚦"
        let expected = [
            "start_utc,end_utc,state,code,reason",
            "2026-11-20T14:30:00Z,2026-11-20T21:00:00Z,closed,market.core_session,"
                + "\"XNYS core session until 16:00 EST, and 20 min after it\"",
            "2026-11-20T21:00:00Z,2026-11-21T00:00:00.250000Z,open,stage.open,\"'=HYPERLINK(\"\"x\"\"), said somebody\"",
            "2026-11-21T00:00:00.250000Z,2026-11-21T05:00:00.250000Z,closed,window.denied,\"\(reason)\"",
            "2026-11-22T00:00:00Z,,closed,freeze.active,'-frozen",
            "",
        ]
        #expect(try Self.sample().csv == expected.joined(separator: "\r\n"))
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
    func noFieldBeginsLikeAFormula(reason: String) throws {
        let start = try at("2026-11-20T14:30:00Z")
        let schedule = Schedule(
            [.init(start: start, end: nil, isOpen: true, code: "a.b", reason: reason)], until: start)
        // What has a tab is quoted besides.
        let field = reason.contains("\t") ? "\"'\(reason)\"" : "'\(reason)"
        #expect(schedule.csv.hasSuffix(",a.b,\(field)\r\n"))
    }

    @Test func aCalendarHasAnEventForEachClosedStretch() throws {
        let lines = try Self.calendar().replacing("\r\n ", with: "").split(separator: "\r\n").map(String.init)
        #expect(
            lines.prefix(15) == [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Gatehouse//Schedule//EN", "CALSCALE:GREGORIAN",
                "X-WR-CALNAME:stonks-oracle/live", "BEGIN:VEVENT",
                "UID:stonks-oracle/live/2026-11-20T14:30:00Z@gatehouse", "DTSTAMP:20261120T150000Z",
                "DTSTART:20261120T143000Z", "DTEND:20261120T210000Z", "SUMMARY:stonks-oracle/live is closed",
                "DESCRIPTION:XNYS core session until 16:00 EST\\, and 20 min after it\\nmarket.core_session",
                "TRANSP:TRANSPARENT", "END:VEVENT", "BEGIN:VEVENT",
            ])
        #expect(lines.count { $0 == "BEGIN:VEVENT" } == 3)
        #expect(lines.count { $0 == "END:VEVENT" } == 3)
        #expect(lines.last == "END:VCALENDAR")
    }

    @Test func whatIsClosedIsNeverDrawnShorter() throws {
        let calendar = try Self.calendar()
        #expect(calendar.contains("\r\nDTSTART:20261121T000000Z\r\nDTEND:20261121T050001Z\r\n"))
        // No end is known: it is drawn as far as the schedule tells.
        #expect(calendar.contains("\r\nDTSTART:20261122T000000Z\r\nDTEND:20261201T000000Z\r\n"))
        #expect(calendar.contains("DESCRIPTION:-frozen\\nfreeze.active\\nIts end is not known.\r\n"))
    }

    @Test func textIsEscaped() throws {
        let unfolded = try Self.calendar().replacing("\r\n ", with: "")
        #expect(unfolded.contains("DESCRIPTION:Freitagabend\\; back\\\\slash\\, comma\\,\\nund ein "))
        #expect(!unfolded.contains("\r\nund"))
    }

    @Test func noLineIsLongerThan75BytesAndNoCharacterIsBroken() throws {
        let calendar = try Self.calendar()
        let lines = Array(calendar.utf8).split(separator: UInt8(ascii: "\n"))
        #expect(lines.allSatisfy { $0.last == UInt8(ascii: "\r") && $0.count <= 76 })
        #expect(lines.contains { $0.count > 72 })
        #expect(lines.allSatisfy { String(validating: $0, as: UTF8.self) != nil })
        #expect(calendar.replacing("\r\n ", with: "").contains("äöüäöüäöüäöüäöü 🚦🚦🚦🚦\\nwindow.denied\r\n"))
    }

    private static let file = getenv("GATEHOUSE_ICS_SAMPLE").map { String(cString: $0) }

    @Test(.enabled(if: file != nil, "skipped: scripts/check-ics runs it"))
    func aSampleIsWrittenForAnotherReader() throws {
        let file = try #require(fopen(Self.file, "w"))
        let calendar = try Self.calendar()
        #expect(fputs(calendar, file) >= 0)
        #expect(fclose(file) == 0)
    }
}
