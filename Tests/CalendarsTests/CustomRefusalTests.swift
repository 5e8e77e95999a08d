import Calendars
import Testing
import Time

@Suite struct CustomRefusalTests {
    private func calendar(_ text: String) throws {
        _ = try CalendarDocument(json: Array(text.utf8)).calendar(id: "X", zone: Zones.utc)
    }

    private func document(_ rest: String, from: String = "2026-01-05", to: String = "2026-01-30") -> String {
        #"{"version": "1", "timeZone": "Etc/UTC", "from": "\#(from)", "to": "\#(to)", \#(rest)}"#
    }

    private func session(_ day: String, _ open: String, _ close: String, _ more: String = "") -> String {
        #"{"date": "2026-01-\#(day)", "open": "2026-01-\#(open):00Z", "close": "2026-01-\#(close):00Z"\#(more)}"#
    }

    private func sessions(_ sessions: String...) -> String {
        document(#""sessions": [\#(sessions.joined(separator: ", "))]"#)
    }

    private func isRefused(_ text: String, at field: String?, _ message: String) throws {
        let error = try #require(throws: CalendarError.self) { try calendar(text) }
        #expect(error.field == field)
        #expect(error.message == message)
    }

    @Test func whatIsNotKnownIsNamed() throws {
        try isRefused(document(#""sesions": []"#), at: "sesions", "there is no field 'sesions' here")
        try isRefused(
            sessions(session("05", "05T09:00", "05T10:00", #", "lunch": 1"#)), at: "sessions[0].lunch",
            "there is no field 'lunch' here")
        try isRefused(
            document(#""weekly": [{"days": ["funday"], "open": "09:00", "close": "10:00"}]"#), at: "weekly[0].days[0]",
            "this is no day of the week")
        try isRefused("[]", at: nil, "this must be an object, not an array")
        try isRefused(document(#""sessions": [7]"#), at: "sessions[0]", "this must be an object, not a number")
        try isRefused(document(#""sessions": {}"#), at: "sessions", "'sessions' must be an array, not an object")
        #expect(try #require(throws: CalendarError.self) { try calendar("{\n\"a\"") }.line == 2)
    }

    @Test(arguments: ["from", "to", "timeZone", "version"])
    func whatIsMissingIsNamed(field: String) throws {
        let members = ["from": "2026-01-05", "to": "2026-01-30", "timeZone": "Etc/UTC", "version": "1"]
        let rest = members.filter { $0.key != field }.map { #""\#($0.key)": "\#($0.value)", "# }.joined()
        let week = #"{"days": ["monday"], "open": "09:00", "close": "17:00"}"#
        try isRefused("{\(rest)\"weekly\": [\(week)]}", at: field, "'\(field)' is missing")
    }

    @Test func theHoursAreSaidInOneOfTwoWays() throws {
        try isRefused(document(#""holidays": []"#), at: "sessions", "there are neither 'sessions' nor 'weekly' hours")
        try isRefused(
            document(#""sessions": [], "weekly": []"#), at: "weekly", "'weekly' cannot stand beside 'sessions'")
        try isRefused(
            document(#""sessions": [], "earlyCloses": []"#), at: "earlyCloses",
            "'earlyCloses' cannot stand beside 'sessions'")
    }

    @Test func datesMustBePossible() throws {
        try isRefused(document(#""sessions": []"#), at: "to", "there is no session in these dates")
        try isRefused(document(#""sessions": []"#, from: "2026-02-01"), at: "to", "'to' comes before 'from'")
        try isRefused(
            document(#""sessions": []"#, to: "2199-12-31"), at: "to",
            "the clocks of 'Etc/UTC' are not known for all these dates")
        try isRefused(document(#""sessions": []"#, to: "2026-02-30"), at: "to", "'2026-02-30' is no date")
    }

    @Test func sessionsMustBePossible() throws {
        let usual = session("05", "05T09:00", "05T17:00")
        try isRefused(
            sessions(session("05", "05T09:00", "05T09:00")), at: "sessions[0].close",
            "the session of 2026-01-05 does not close after it opens")
        try isRefused(
            sessions(usual, session("05", "05T18:00", "05T19:00")), at: "sessions[1].date",
            "2026-01-05 does not come after 2026-01-05")
        try isRefused(
            sessions(session("06", "06T09:00", "06T17:00"), usual), at: "sessions[1].date",
            "2026-01-05 does not come after 2026-01-06")
        try isRefused(
            sessions(usual, session("06", "05T16:59", "06T17:00")), at: "sessions[1].open",
            "the session overlaps that of 2026-01-05")
        try isRefused(
            sessions(session("04", "04T09:00", "04T17:00")), at: "sessions[0].date",
            "2026-01-04 is outside of 2026-01-05 to 2026-01-30")
        try isRefused(
            sessions(usual, session("08", "06T23:59", "08T17:00")), at: "sessions[1].open",
            "the session opens more than 24 hours before 2026-01-08 begins")
        try isRefused(
            sessions(session("05", "05T09:00", "07T00:01")), at: "sessions[0].close",
            "the session closes more than 24 hours after 2026-01-05 ends")
        try calendar(sessions(usual, session("06", "05T17:00", "08T00:00")))
    }

    @Test(arguments: [
        ("05T08:00", "05T10:00", "start", "the break does not begin inside its part of the session"),
        ("05T09:00", "05T10:00", "start", "the break does not begin inside its part of the session"),
        ("05T10:00", "05T10:00", "end", "the break ends before it begins"),
        ("05T16:00", "05T17:00", "end", "the break does not end inside the session"),
    ])
    func breaksLieInside(start: String, end: String, field: String, message: String) throws {
        let breaks = #", "breaks": [{"start": "2026-01-\#(start):00Z", "end": "2026-01-\#(end):00Z"}]"#
        try isRefused(
            sessions(session("05", "05T09:00", "05T17:00", breaks)), at: "sessions[0].breaks[0].\(field)", message)
    }

    @Test func instantsAndTimesAreStrict() throws {
        try isRefused(
            document(#""sessions": [{"date": "2026-01-05", "open": "09:00", "close": "17:00"}]"#),
            at: "sessions[0].open", "the year must have 4 digits")
        try isRefused(
            document(#""weekly": [{"days": ["monday"], "open": "9:00", "close": "17:00"}]"#), at: "weekly[0].open",
            "'9:00' is no time of the day")
    }

    private func weekly(_ rows: String, _ more: String = "") -> String { document(#""weekly": [\#(rows)]\#(more)"#) }
    private let usualWeek = #"{"days": ["monday"], "open": "09:00", "close": "17:00"}"#

    @Test func weeksMustBePossible() throws {
        try calendar(weekly(usualWeek))
        try isRefused(
            weekly(#"{"days": ["monday"], "open": "17:00", "close": "09:00"}"#), at: "weekly[0].close",
            "the session does not close after it opens")
        try isRefused(
            weekly(#"{"days": ["monday"], "open": "09:00", "close": "17:00", "opensPreviousDay": true}"#),
            at: "weekly[0].close", "the session is longer than 24 hours")
        try isRefused(
            weekly("\(usualWeek), \(usualWeek)"), at: "weekly[1].days", "weekly[0] has hours for 2026-01-05 already")
        try isRefused(
            weekly(#"{"days": ["monday", "monday"], "open": "09:00", "close": "17:00"}"#), at: "weekly[0].days[1]",
            "monday stands twice")
        try isRefused(
            weekly(#"{"days": [], "open": "09:00", "close": "17:00"}"#), at: "weekly[0].days",
            "there must be at least one day")
        try isRefused(
            weekly(
                usualWeek + #", {"days": ["tuesday"], "open": "16:00", "close": "15:00", "opensPreviousDay": true}"#),
            at: "weekly[1].open", "the session of 2026-01-06 overlaps that of 2026-01-05")
        let lunch = #""breaks": [{"start": "12:00", "end": "11:00"}]"#
        try isRefused(
            weekly(#"{"days": ["monday"], "open": "09:00", "close": "17:00", \#(lunch)}"#),
            at: "weekly[0].breaks[0].end", "the break ends before it begins")
    }

    @Test func whatDiffersFromTheWeekMustDiffer() throws {
        try isRefused(
            weekly(usualWeek, #", "holidays": ["2025-01-01"]"#), at: "holidays[0]",
            "2025-01-01 is outside of 'from' to 'to'")
        try isRefused(
            weekly(usualWeek, #", "earlyCloses": [{"date": "2026-01-06", "at": "12:00"}]"#), at: "earlyCloses[0].date",
            "there is no session on 2026-01-06")
        try isRefused(
            weekly(usualWeek, #", "lateOpens": [{"date": "2026-01-12", "at": "08:00"}]"#), at: "lateOpens[0].at",
            "08:00 is not inside the session of 2026-01-12, which is 09:00 to 17:00")
    }

    @Test(
        arguments: [
            ("2026-01-05,2026-01-05T09:00:00Z,2026-01-05T17:00:00Z", 2, nil, "the line has 3 cells, not 5"),
            ("5 Jan,2026-01-05T09:00:00Z,2026-01-05T17:00:00Z,,", 2, "date", "'5 Jan' is no date"),
            ("2026-01-05,,2026-01-05T17:00:00Z,,", 2, "open_utc", "'open_utc' is empty"),
            (
                "2026-01-05,2026-01-05T09:00:00Z,2026-01-05T17:00:00Z,2026-01-05T12:00:00Z,", 2, "break_end_utc",
                "'break_end_utc' is empty"
            ),
            (
                "2026-01-05,2026-01-05T09:00:00Z,2026-01-05T17:00,,", 2, "close_utc", "':' must follow the minute"
            ),
            (
                "2026-01-05,2026-01-05T09:00:00Z,2026-01-05T09:00:00Z,,", 2, "close_utc",
                "the session of 2026-01-05 does not close after it opens"
            ),
            (
                """
                2026-01-05,2026-01-05T09:00:00Z,2026-01-05T17:00:00Z,,
                2026-01-05,2026-01-05T18:00:00Z,2026-01-05T19:00:00Z,,
                """, 3, "date", "2026-01-05 does not come after 2026-01-05"
            ),
            ("2026-01-05,2026-01-05T09:00:00Z,2026-01-05T17:00:00Z,,\n\n", 3, nil, "the line has 1 cells, not 5"),
            (
                "2026-01-08,2026-01-06T09:00:00Z,2026-01-08T17:00:00Z,,", 2, "open_utc",
                "the session opens more than 24 hours before 2026-01-08 begins"
            ),
        ] as [(String, Int, String?, String)])
    func aTableIsRefusedWithTheLine(rows: String, line: Int, column: String?, message: String) throws {
        let text = "date,open_utc,close_utc,break_start_utc,break_end_utc\n\(rows)\n"
        let error = try #require(throws: CalendarError.self) { try calendar(csv: text) }
        #expect(error.line == line)
        #expect(error.field == column)
        #expect(error.message == message)
    }

    @Test func aTableNamesItsColumns() throws {
        for text in ["", "date,open,close\n", "\u{FEFF}date,open_utc,close_utc,break_start_utc,break_end_utc\n"] {
            let error = try #require(throws: CalendarError.self) { try calendar(csv: text) }
            #expect(error.line == 1)
            #expect(error.hint == "date,open_utc,close_utc,break_start_utc,break_end_utc")
        }
    }

    @Test func thereAreNotMoreSessionsThanForACentury() throws {
        let header = "date,open_utc,close_utc,break_start_utc,break_end_utc\n"
        let rows = String(repeating: "x\n", count: CalendarDocument.maximumSessions + 1)
        let error = try #require(throws: CalendarError.self) { try calendar(csv: header + rows) }
        #expect(error.line == 40_002)
        #expect(error.message == "there are more than 40000 sessions")
        let elements = Array(repeating: "{}", count: CalendarDocument.maximumSessions + 1).joined(separator: ",")
        try isRefused(
            document(#""sessions": [\#(elements)]"#), at: "sessions", "'sessions' has more than 40000 elements")
    }

    private func calendar(csv text: String) throws {
        let document = try CalendarDocument(
            csv: Array(text.utf8), version: "1", timeZone: "Etc/UTC", from: try date("2026-01-05"),
            to: try date("2026-01-30"))
        _ = try document.calendar(id: "X", zone: Zones.utc)
    }
}
