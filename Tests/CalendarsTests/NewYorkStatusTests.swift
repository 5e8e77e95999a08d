import Calendars
import Testing
import Time

@Suite struct NewYorkStatusTests {
    private let microsecond = TimeSpan(microseconds: 1)

    @Test func everySessionBeginsAndEndsToTheMicrosecond() throws {
        for (index, session) in xnys.sessions.enumerated() {
            let next = index + 1 < xnys.sessions.count ? xnys.sessions[index + 1].open : nil
            let expected: [(Instant, CurrentSession, Instant?)] = [
                (session.open - microsecond, .pre, session.open), (session.open, .core, session.close),
                (session.open + microsecond, .core, session.close), (session.close - microsecond, .core, session.close),
                (session.close, .post, next), (session.close + microsecond, .post, next),
            ]
            for (instant, kind, transition) in expected {
                let status = try #require(xnys.status(at: instant))
                guard status.session == kind, status.date == session.date, status.nextTransition?.at == transition,
                    status.nextTransition.map({ $0.toOpen == !status.isOpen }) ?? true,
                    status.isEarlyClose == session.isEarlyClose
                else {
                    Issue.record("\(instant.text): \(status)")
                    continue
                }
            }
        }
    }

    @Test(arguments: [
        ("2026-11-20T02:00:00Z", "overnight", "2026-11-20"), ("2026-11-20T01:59:59.999999Z", "none", "2026-11-19"),
        ("2026-11-20T08:59:59.999999Z", "overnight", "2026-11-20"), ("2026-11-20T09:00:00Z", "pre", "2026-11-20"),
        ("2026-11-20T14:29:59.999999Z", "pre", "2026-11-20"), ("2026-11-20T14:30:00Z", "core", "2026-11-20"),
        ("2026-11-20T20:59:59.999999Z", "core", "2026-11-20"), ("2026-11-20T21:00:00Z", "post", "2026-11-20"),
        ("2026-11-21T00:59:59.999999Z", "post", "2026-11-20"), ("2026-11-21T01:00:00Z", "none", "2026-11-20"),
        // Nothing is traded on Friday night; Sunday evening belongs to Monday.
        ("2026-11-21T03:00:00Z", "none", "2026-11-20"), ("2026-11-23T02:00:00Z", "overnight", "2026-11-23"),
        // The evening before Thanksgiving, and its own, which belongs to Friday.
        ("2026-11-26T03:00:00Z", "none", "2026-11-25"), ("2026-11-27T02:00:00Z", "overnight", "2026-11-27"),
        // Late trading ends at 17:00 on early closes, of old too.
        ("2026-11-27T18:00:00Z", "post", "2026-11-27"), ("2026-11-27T21:59:59Z", "post", "2026-11-27"),
        ("2026-11-27T22:00:00Z", "none", "2026-11-27"), ("1992-11-27T19:00:00Z", "post", "1992-11-27"),
        ("1992-11-27T22:00:00Z", "none", "1992-11-27"),
        // Early trading goes on until the exchange really opens.
        ("2002-09-11T15:59:59Z", "pre", "2002-09-11"), ("2002-09-11T16:00:00Z", "core", "2002-09-11"),
        // The last evening.
        ("2030-12-31T23:00:00Z", "post", "2030-12-31"), ("2031-01-01T04:59:59Z", "none", "2030-12-31"),
    ])
    func eachHourHasItsSession(text: String, kind: String, day: String) throws {
        let status = try #require(xnys.status(at: at(text)))
        #expect(status.session.rawValue == kind)
        #expect(status.date == (try date(day)))
    }

    @Test func summerTimeBeginsByTheRuleOfItsYear() throws {
        for (text, kind) in [
            ("2006-10-30T14:30:00Z", "core"), ("2007-10-30T13:30:00Z", "core"), ("2007-03-12T13:30:00Z", "core"),
            ("2006-03-13T13:30:00Z", "pre"), ("2026-03-06T14:30:00Z", "core"), ("2026-03-09T13:30:00Z", "core"),
        ] {
            #expect(try session(xnys, text) == kind, "\(text)")
        }
    }

    @Test func anEarlyCloseIsToldAllDay() throws {
        let status = try #require(xnys.status(at: at("2026-11-27T17:59:59Z")))
        #expect(status.isOpen && status.isEarlyClose)
        let next = try #require(status.nextTransition)
        #expect(next.at == (try at("2026-11-27T18:00:00Z")))
        #expect(!next.toOpen)
        #expect(try #require(xnys.status(at: at("2026-11-27T23:00:00Z"))).isEarlyClose)
        #expect(try !#require(xnys.status(at: at("2026-11-28T15:00:00Z"))).isEarlyClose)
    }

    @Test func outsideOfItsCoverageNothingIsSaid() throws {
        #expect(xnys.status(at: try at("1990-01-01T04:59:59.999999Z")) == nil)
        #expect(try session(xnys, "1990-01-01T05:00:00Z") == "none")
        #expect(xnys.status(at: try at("2031-01-01T05:00:00Z")) == nil)
        let last = try #require(xnys.status(at: at("2030-12-31T21:00:00Z")))
        #expect(last.nextTransition == nil)
        #expect(xnys.sessions(from: try date("2031-01-01"), through: try date("2040-01-01")).isEmpty)
        #expect(xnys.sessions(from: try date("2026-02-01"), through: try date("2026-01-01")).isEmpty)
        #expect(xnys.sessions(from: try date("1900-01-01"), through: try date("1990-01-03")).count == 2)
    }

    @Test func yearsThatAreNotPublishedAreProjected() throws {
        #expect(xnys.publishedThrough == (try date("2028-12-31")))
        #expect(xnys.confidence(at: try at("2029-01-01T04:59:59.999999Z")) == .published)
        #expect(xnys.confidence(at: try at("2029-01-01T05:00:00Z")) == .projected)
        #expect(xnys.status(at: try at("2029-06-01T15:00:00Z"))?.confidence == .projected)
    }
}
