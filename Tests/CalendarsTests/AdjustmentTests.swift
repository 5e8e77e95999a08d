import Testing
import Time
import TimeZones

@testable import Calendars

@Suite struct AdjustmentTests {
    private func adjustment(_ kind: Adjustment.Kind, _ day: String, _ time: String? = nil, _ until: String? = nil)
        throws
        -> Adjustment
    {
        Adjustment(
            id: "\(kind) \(day)", date: try date(day), kind: kind, time: time.flatMap { TimeOfDay(parsing: $0) },
            until: until.flatMap { TimeOfDay(parsing: $0) }, reason: "a test", source: "https://exchange.example")
    }

    /// What New York does on a day, from midnight to midnight.
    private func day(_ calendar: ExchangeCalendar, _ text: String) throws -> String {
        let start = Zones.newYork.midnight(of: try date(text))
        var parts: [String] = []
        var last: CurrentSession?
        for minute in 0..<1_440 {
            let instant = start + .minutes(Int64(minute))
            let session = calendar.status(at: instant)?.session
            if session != last, let session { parts.append("\(session.rawValue) \(newYorkTime(instant))") }
            last = session
        }
        return parts.joined(separator: ", ")
    }

    @Test func closedTakesTheSessionAndAllAroundIt() throws {
        let (calendar, conflicts) = xnys.applying([try adjustment(.closed, "2026-11-19")])
        #expect(conflicts.isEmpty)
        #expect(calendar.session(on: try date("2026-11-19")) == nil)
        #expect(calendar.sessions.count == xnys.sessions.count - 1)
        #expect(try day(calendar, "2026-11-19") == "none 00:00, overnight 21:00")
        // The evening before no longer belongs to anything.
        #expect(try session(calendar, "2026-11-19T03:00:00Z") == "none")
        #expect(calendar.adjustments.map(\.id) == ["closed 2026-11-19"])
        let gate = calendar.timeline(closedIn: [ClosedSession(kind: .core)])
        #expect(gate.stretch(at: try at("2026-11-19T15:00:00Z"))?.phase == .open)
    }

    @Test func anEarlyCloseMovesLateTradingToo() throws {
        let (calendar, conflicts) = xnys.applying([try adjustment(.earlyClose, "2026-11-19", "14:00")])
        #expect(conflicts.isEmpty)
        #expect(
            try day(calendar, "2026-11-19")
                == "overnight 00:00, pre 04:00, core 09:30, post 14:00, none 17:00, overnight 21:00")
        let session = try #require(calendar.session(on: date("2026-11-19")))
        #expect(session.isEarlyClose && !session.isLateOpen)
        let status = try #require(calendar.status(at: at("2026-11-19T18:59:59Z")))
        #expect(status.nextTransition?.at == (try at("2026-11-19T19:00:00Z")))
    }

    @Test func aLateOpenLengthensEarlyTrading() throws {
        let (calendar, conflicts) = xnys.applying([try adjustment(.lateOpen, "2026-11-19", "11:15")])
        #expect(conflicts.isEmpty)
        #expect(
            try day(calendar, "2026-11-19")
                == "overnight 00:00, pre 04:00, core 11:15, post 16:00, none 20:00, overnight 21:00")
        #expect(calendar.session(on: try date("2026-11-19"))?.isLateOpen == true)
    }

    @Test func anExtraSessionIsOneLikeAnyOther() throws {
        let (calendar, conflicts) = xnys.applying([try adjustment(.extraSession, "2026-11-21", "10:00", "12:00")])
        #expect(conflicts.isEmpty)
        #expect(try day(calendar, "2026-11-21") == "overnight 00:00, pre 04:00, core 10:00, post 12:00, none 20:00")
        #expect(try session(calendar, "2026-11-21T02:00:00Z") == "overnight")
        #expect(calendar.sessions.map(\.date) == calendar.sessions.map(\.date).sorted())
        let gate = calendar.timeline(closedIn: [ClosedSession(kind: .core)])
        #expect(gate.stretch(at: try at("2026-11-21T15:00:00Z"))?.phase == .core)
    }

    @Test func anExtraSessionBesideTheUsualOneTakesNothingAway() throws {
        let (evening, _) = xnys.applying([try adjustment(.extraSession, "2026-11-19", "18:00", "19:00")])
        #expect(
            try day(evening, "2026-11-19")
                == "overnight 00:00, pre 04:00, core 09:30, post 16:00, core 18:00, post 19:00, none 20:00, "
                + "overnight 21:00")
        let (longer, _) = xnys.applying([try adjustment(.extraSession, "2026-11-19", "15:00", "16:15")])
        #expect(
            try day(longer, "2026-11-19")
                == "overnight 00:00, pre 04:00, core 09:30, post 16:15, none 20:00, overnight 21:00")
        #expect(longer.session(on: try date("2026-11-19"))?.breaks == [])
    }

    @Test func theyAreMadeInTheirOrder() throws {
        let (calendar, conflicts) = xnys.applying([
            try adjustment(.closed, "2026-11-19"), try adjustment(.extraSession, "2026-11-19", "12:00", "15:00"),
            try adjustment(.earlyClose, "2026-11-19", "14:00"), try adjustment(.lateOpen, "2026-11-19", "13:00"),
        ])
        #expect(conflicts.isEmpty)
        #expect(
            try day(calendar, "2026-11-19")
                == "overnight 00:00, pre 04:00, core 13:00, post 14:00, none 17:00, overnight 21:00")
        let (later, none) = calendar.applying([try adjustment(.closed, "2026-11-20")])
        #expect(none.isEmpty)
        #expect(later.adjustments.count == 5)
    }

    @Test func onlyAnExtraSessionClosesGates() {
        #expect(Adjustment.Kind.allCases.filter { !$0.opens } == [.extraSession])
    }

    @Test func whatChangesNothingIsFoundAndTheRestIsMade() throws {
        let (calendar, conflicts) = xnys.applying([
            try adjustment(.closed, "2026-12-25"), try adjustment(.earlyClose, "2026-11-27", "14:00"),
            try adjustment(.closed, "2026-11-19"), try adjustment(.closed, "2026-11-19"),
        ])
        #expect(conflicts.map(\.adjustment.id) == ["closed 2026-12-25", "earlyClose 2026-11-27", "closed 2026-11-19"])
        #expect(
            conflicts.map(\.message) == [
                "there is no session on 2026-12-25",
                "14:00 is not inside the session of 2026-11-27, which is 09:30 to 13:00",
                "there is no session on 2026-11-19",
            ])
        #expect(calendar.adjustments.map(\.id) == ["closed 2026-11-19"])
        #expect(calendar.session(on: try date("2026-11-27")) == xnys.session(on: try date("2026-11-27")))
    }

    @Test(
        arguments: [
            (.closed, "2026-11-19", "10:00", nil, "at", "a closed day has no time"),
            (.closed, "2026-11-21", nil, nil, "date", "there is no session on 2026-11-21"),
            (.closed, "2031-01-02", nil, nil, "date", "the calendar covers 1990-01-01 to 2030-12-31, not 2031-01-02"),
            (.earlyClose, "2026-11-19", nil, nil, "at", "earlyClose needs a time"),
            (.earlyClose, "2026-11-19", "13:00", "14:00", "until", "only an extra session has an end"),
            (
                .earlyClose, "2026-11-19", "16:00", nil, "at",
                "16:00 is not inside the session of 2026-11-19, which is 09:30 to 16:00"
            ),
            (
                .lateOpen, "2026-11-19", "09:30", nil, "at",
                "09:30 is not inside the session of 2026-11-19, which is 09:30 to 16:00"
            ),
            (.lateOpen, "2026-11-19", nil, "12:00", "at", "lateOpen needs a time"),
            (.extraSession, "2026-11-21", "12:00", nil, "until", "an extra session needs an end"),
            (.extraSession, "2026-11-21", "12:00", "12:00", "until", "the extra session ends before it begins"),
            (
                .extraSession, "2026-11-19", "12:00", "13:00", "at",
                "there is trading all that time on 2026-11-19 already"
            ),
            (
                .extraSession, "2031-01-01", "12:00", "13:00", "date",
                "the calendar covers 1990-01-01 to 2030-12-31, not 2031-01-01"
            ),
        ] as [(Adjustment.Kind, String, String?, String?, String, String)])
    func whatCannotBeMadeIsRefusedWithASentence(
        kind: Adjustment.Kind, day: String, time: String?, until: String?, field: String, message: String
    ) throws {
        let adjustment = try adjustment(kind, day, time, until)
        let error = try #require(throws: CalendarError.self) { try xnys.check(adjustment) }
        #expect(error.field == field)
        #expect(error.message == message)
    }

    @Test func breaksEndWithTheSession() throws {
        let tokyo = try Examples.tokyo()
        func parts(_ kind: Adjustment.Kind, _ time: String) throws -> [String] {
            let calendar = tokyo.applying([try adjustment(kind, "2025-06-02", time)]).0
            let session = try #require(calendar.session(on: date("2025-06-02")))
            return session.parts.map {
                "\(Zones.tokyo.local(at: $0.lowerBound).time.text)-\(Zones.tokyo.local(at: $0.upperBound).time.text)"
            }
        }
        #expect(try parts(.earlyClose, "14:00") == ["09:00-11:30", "12:30-14:00"])
        #expect(try parts(.earlyClose, "12:00") == ["09:00-11:30"])
        #expect(try parts(.earlyClose, "11:00") == ["09:00-11:00"])
        #expect(try parts(.lateOpen, "10:00") == ["10:00-11:30", "12:30-15:30"])
        #expect(try parts(.lateOpen, "12:30") == ["12:30-15:30"])
    }

    @Test func timesOfASessionThatOpensOnTheEveningBeforeAreFound() throws {
        let (calendar, conflicts) = try Examples.chicago().applying([
            try adjustment(.lateOpen, "2026-03-10", "18:00"), try adjustment(.earlyClose, "2026-03-11", "12:00"),
        ])
        #expect(conflicts.isEmpty)
        #expect(calendar.session(on: try date("2026-03-10"))?.open == (try at("2026-03-09T23:00:00Z")))
        #expect(calendar.session(on: try date("2026-03-11"))?.close == (try at("2026-03-11T17:00:00Z")))
        try calendar.check(try adjustment(.extraSession, "2026-03-07", "12:00", "24:00"))
        let overlapping = try adjustment(.extraSession, "2026-03-08", "12:00", "18:00")
        let error = try #require(throws: CalendarError.self) { try calendar.check(overlapping) }
        #expect(error.message == "the extra session overlaps that of 2026-03-09")
    }
}
