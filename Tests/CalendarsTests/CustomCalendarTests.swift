import Calendars
import Testing
import Time
import TimeZones

@Suite struct CustomCalendarTests {
    private func local(_ session: TradingSession, _ zone: ZoneRules) -> String {
        let parts = session.parts.map {
            "\(zone.local(at: $0.lowerBound).text.dropFirst(5).prefix(11))-\(zone.local(at: $0.upperBound).time.text)"
        }
        return parts.joined(separator: " ")
    }

    @Test func tokyoHasALunchBreakAndLongerHoursSinceNovember() throws {
        let tokyo = try Examples.tokyo()
        let sessions = tokyo.sessions(from: try date("2024-11-01"), through: try date("2024-11-05"))
        #expect(
            sessions.map { local($0, Zones.tokyo) } == [
                "11-01T09:00-11:30 11-01T12:30-15:00", "11-05T09:00-11:30 11-05T12:30-15:30",
            ])
        let lunch = try #require(tokyo.status(at: at("2024-11-05T03:00:00Z")))
        #expect(lunch.session == .pause && !lunch.isOpen)
        #expect(lunch.date == (try date("2024-11-05")))
        #expect(lunch.nextTransition?.at == (try at("2024-11-05T03:30:00Z")))
        #expect(lunch.nextTransition?.toOpen == true)
        #expect(tokyo.kinds == [.core])
        let row = "2024-11-05,2024-11-05T00:00:00Z,2024-11-05T06:30:00Z,2024-11-05T02:30:00Z,2024-11-05T03:30:00Z\n"
        #expect(tokyo.canonicalText.contains(row))
    }

    @Test func lunchIsOpenTimeWithMarginsOfItsOwn() throws {
        let timeline = try Examples.tokyo().timeline(closedIn: [
            ClosedSession(kind: .core, before: .minutes(10), after: .minutes(5))
        ])
        let first = try #require(timeline.index(at: at("2025-06-02T00:00:00Z")))
        let stretches = (first - 1...first + 7).map { timeline.stretch($0) }
        #expect(
            stretches.map { "\($0.phase) \(Zones.tokyo.local(at: $0.start).time.text)" } == [
                "beforeOpen 08:50", "core 09:00", "afterClose 11:30", "open 11:35", "beforeOpen 12:20", "core 12:30",
                "afterClose 15:30", "open 15:35", "beforeOpen 08:50",
            ])
    }

    @Test func hongKongClosesAtNoonOnEves() throws {
        let hongKong = try Examples.hongKong()
        func day(_ text: String) throws -> String? {
            hongKong.session(on: try date(text)).map { local($0, Zones.hongKong) }
        }
        #expect(try day("2024-12-23") == "12-23T09:30-12:00 12-23T13:00-16:00")
        #expect(try day("2024-12-24") == "12-24T09:30-12:00")
        #expect(try day("2024-12-25") == nil)
        // A time in the break is its end.
        #expect(try day("2024-12-02") == "12-02T13:00-16:00")
        #expect(hongKong.session(on: try date("2024-12-24"))?.isEarlyClose == true)
        #expect(hongKong.session(on: try date("2024-12-02"))?.isLateOpen == true)
    }

    @Test func chicagoOpensOnTheEveningBeforeOnBothSidesOfSummerTime() throws {
        let chicago = try Examples.chicago()
        // Twenty-five weekdays without Good Friday: a session closes at the very time at which it opened.
        #expect(chicago.sessions.count == 24)
        let friday = try #require(chicago.session(on: date("2026-03-06")))
        #expect(friday.open == (try at("2026-03-05T23:00:00Z")))
        #expect(friday.close == (try at("2026-03-06T23:00:00Z")))
        // Clocks are set forward early on Sunday; Monday's session opens in its evening.
        let monday = try #require(chicago.session(on: date("2026-03-09")))
        #expect(monday.open == (try at("2026-03-08T22:00:00Z")))
        #expect(chicago.status(at: monday.open)?.date == (try date("2026-03-09")))
        // One session ends where the next begins: the market does not close until Friday.
        #expect(chicago.status(at: monday.open)?.nextTransition?.at == (try at("2026-03-13T22:00:00Z")))
        #expect(chicago.session(on: try date("2026-04-02"))?.close == (try at("2026-04-02T17:00:00Z")))
        #expect(chicago.confidence(at: try at("2026-04-01T05:00:00Z")) == .projected)
    }

    @Test func eveningBreaksAreOfTheDayBefore() throws {
        let text = """
            {"version": "1", "timeZone": "America/Chicago", "from": "2026-03-02", "to": "2026-03-06",
             "weekly": [{"days": ["tuesday"], "open": "17:00", "close": "17:30", "opensPreviousDay": true,
                         "breaks": [{"start": "20:00", "end": "21:00"}, {"start": "16:00", "end": "16:45"}]}]}
            """
        let error = try #require(throws: CalendarError.self) { try CalendarDocument(json: Array(text.utf8)) }
        #expect(error.message == "the session is longer than 24 hours")
        let shorter = text.replacing("17:30", with: "16:59")
        let calendar = try CalendarDocument(json: Array(shorter.utf8)).calendar(id: "X", zone: Zones.chicago)
        #expect(
            calendar.sessions.map { local($0, Zones.chicago) } == [
                "03-02T17:00-20:00 03-02T21:00-16:00 03-03T16:45-16:59"
            ])
    }

    @Test func anEveningThatMayBelongToTheNextDateIsNotKnown() throws {
        let chicago = try Examples.chicago()
        #expect(chicago.coverage.lowerBound == (try at("2026-03-02T06:00:00Z")))
        #expect(chicago.coverage.upperBound == (try at("2026-04-03T22:00:00Z")))
        #expect(chicago.status(at: try at("2026-04-03T22:00:00Z")) == nil)
        #expect(try Examples.tokyo().coverage.upperBound == at("2025-12-31T15:00:00Z"))
    }

    @Test func nightsInWhichClocksAreSetAreTheLongerReading() throws {
        let text = """
            {"version": "1", "timeZone": "America/New_York", "from": "2026-03-01", "to": "2026-11-30",
             "weekly": [{"days": ["sunday"], "open": "01:30", "close": "02:30"}]}
            """
        let calendar = try CalendarDocument(json: Array(text.utf8)).calendar(id: "NIGHT", zone: Zones.newYork)
        func length(_ day: String) throws -> TimeSpan? {
            calendar.session(on: try date(day)).map { $0.close - $0.open }
        }
        #expect(try length("2026-03-01") == .hours(1))
        // 02:30 is skipped: the session ends when clocks are set. 01:30 comes twice: it begins at the first.
        #expect(try length("2026-03-08") == .minutes(30))
        #expect(try length("2026-11-01") == .hours(2))
    }

    @Test func aNightWithABreakHasTheShorterReadingOfTheBreak() throws {
        let text = """
            {"version": "1", "timeZone": "America/New_York", "from": "2026-03-01", "to": "2026-11-30",
             "weekly": [{"days": ["sunday"], "open": "00:15", "close": "01:50",
                         "breaks": [{"start": "01:10", "end": "01:40"}]}]}
            """
        let calendar = try CalendarDocument(json: Array(text.utf8)).calendar(id: "NIGHT", zone: Zones.newYork)
        #expect(calendar.session(on: try date("2026-10-25"))?.breaks.count == 1)
        // 01:10 last comes after 01:40 first: no instant is surely in the break. 01:50 is the later one.
        let session = try #require(calendar.session(on: date("2026-11-01")))
        #expect(session.breaks == [])
        #expect(session.close == (try at("2026-11-01T06:50:00Z")))
    }

    @Test(arguments: [Examples.tokyoText, Examples.hongKongText, Examples.chicagoText])
    func aDocumentIsKeptAsItWasSaid(text: String) throws {
        let document = try CalendarDocument(json: Array(text.utf8))
        let again = try CalendarDocument(json: document.json)
        #expect(again.json == document.json)
        let zone = try #require([Zones.tokyo, Zones.hongKong, Zones.chicago].first { $0.id == document.timeZone })
        let first = try document.calendar(id: "X", zone: zone)
        let second = try again.calendar(id: "X", zone: zone)
        #expect(first.sessions == second.sessions)
        #expect(first.coverage == second.coverage)
        #expect(first.publishedThrough == second.publishedThrough)
        #expect(first.version == document.version)
    }

    @Test func listedSessionsMayHaveBreaksAndOpenOnTheDayBefore() throws {
        let text = """
            {"version": "7", "timeZone": "Etc/UTC", "from": "2026-01-05", "to": "2026-01-09", "sessions": [
             {"date": "2026-01-05", "open": "2026-01-04T22:00:00Z", "close": "2026-01-05T20:00:00Z",
              "breaks": [{"start": "2026-01-05T03:00:00Z", "end": "2026-01-05T04:00:00Z"}], "earlyClose": true},
             {"date": "2026-01-06", "open": "2026-01-05T22:00:00+00:00", "close": "2026-01-06T21:00:00Z"}]}
            """
        let document = try CalendarDocument(json: Array(text.utf8))
        let calendar = try document.calendar(id: "X", zone: Zones.utc)
        #expect(calendar.sessions.map(\.isEarlyClose) == [true, false])
        #expect(calendar.sessions.map(\.parts.count) == [2, 1])
        #expect(calendar.coverage.upperBound == (try at("2026-01-09T22:00:00Z")))
        #expect(try CalendarDocument(json: document.json).json == document.json)
    }

    @Test func aTableSaysTheSame() throws {
        let text = """
            date,open_utc,close_utc,break_start_utc,break_end_utc
            2024-11-05,2024-11-05T00:00:00Z,2024-11-05T06:30:00Z,2024-11-05T02:30:00Z,2024-11-05T03:30:00Z\r
            2024-11-06,2024-11-06T00:00:00Z,2024-11-06T06:30:00Z,,

            """
        let document = try CalendarDocument(
            csv: Array(text.utf8), version: "3", timeZone: "Asia/Tokyo", from: try date("2024-11-01"),
            to: try date("2024-11-30"))
        let calendar = try document.calendar(id: "XTKS", zone: Zones.tokyo)
        #expect(
            calendar.sessions.map { local($0, Zones.tokyo) } == [
                "11-05T09:00-11:30 11-05T12:30-15:30", "11-06T09:00-15:30",
            ])
        let again = try CalendarDocument(json: document.json).calendar(id: "XTKS", zone: Zones.tokyo)
        #expect(again.sessions == calendar.sessions)
    }

    @Test func aDocumentIsNotMadeInAnotherZone() throws {
        let document = try CalendarDocument(json: Array(Examples.tokyoText.utf8))
        let error = try #require(throws: CalendarError.self) { try document.calendar(id: "X", zone: Zones.hongKong) }
        #expect(error.field == "timeZone")
    }
}
