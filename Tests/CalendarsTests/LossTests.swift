import Testing
import Time

@testable import Calendars

@Suite struct LossTests {
    private static let before = "2026-11-20T15:00:00Z"

    /// New York with some dates changed.
    private func changed(_ changes: [(date: String, kind: Adjustment.Kind, at: TimeOfDay?)]) throws -> ExchangeCalendar
    {
        let (calendar, conflicts) = xnys.applying(
            try changes.enumerated().map { index, change in
                Adjustment(
                    id: "\(index)", date: try date(change.date), kind: change.kind, time: change.at,
                    until: change.kind == .extraSession ? TimeOfDay(13, 0) : nil, reason: "r", source: "s")
            })
        #expect(conflicts.isEmpty)
        return calendar
    }

    @Test func theSameLosesNothing() throws {
        try #expect(xnys.sessionsLost(in: xnys, after: at(Self.before)) == 0)
    }

    @Test func closedAndShorterDaysAreLostAndMoreTradingIsNot() throws {
        let other = try changed([
            ("2026-12-01", .closed, nil), ("2026-12-02", .earlyClose, TimeOfDay(12, 0)),
            ("2026-12-03", .lateOpen, TimeOfDay(10, 0)), ("2026-11-28", .extraSession, TimeOfDay(9, 30)),
        ])
        try #expect(xnys.sessionsLost(in: other, after: at(Self.before)) == 3)
        try #expect(other.sessionsLost(in: xnys, after: at(Self.before)) == 1)
    }

    @Test func whatHasPassedIsNotCounted() throws {
        let other = try changed([("2026-11-19", .closed, nil), ("2026-11-20", .closed, nil)])
        try #expect(xnys.sessionsLost(in: other, after: at(Self.before)) == 1)
        try #expect(xnys.sessionsLost(in: other, after: at("2026-11-20T21:00:00Z")) == 0)
    }

    @Test func theHorizonIsCountedInWholeDays() throws {
        let end = xnys.coverage.upperBound
        for (before, days) in [(0, 0), (1, 0), (86_399, 0), (86_400, 1), (10 * 86_400, 10), (-1, -1), (-86_400, -1)]
            as [(Int64, Int64)]
        {
            #expect(xnys.horizonDays(at: end - .seconds(before)) == days, "\(before)")
        }
    }

    @Test func whatIsPublishedEndsBeforeWhatIsKnown() throws {
        let last = try #require(xnys.publishedThrough)
        let end = xnys.zone.midnight(of: last.adding(days: 1))
        #expect(xnys.publishedDays(at: end - .days(30)) == 30)
        #expect(xnys.publishedDays(at: end) == 0 && xnys.publishedDays(at: end + .seconds(1)) == -1)
        #expect(end < xnys.coverage.upperBound)
    }
}
