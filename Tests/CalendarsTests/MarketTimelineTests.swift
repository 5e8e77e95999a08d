import Calendars
import SeededTesting
import Testing
import Time

@Suite struct MarketTimelineTests {
    private func stretches(_ closed: [ClosedSession], from start: String, to end: String) throws -> [String] {
        let timeline = xnys.timeline(closedIn: closed)
        let first = try #require(timeline.index(at: at(start)))
        let last = try #require(timeline.index(at: at(end)))
        return (first...last).map { timeline.stretch($0) }.map { "\($0.phase) \(newYorkTime($0.start))" }
    }

    @Test func aGateIsClosedFromTheOpenToTheClose() throws {
        let timeline = xnys.timeline(closedIn: [ClosedSession(kind: .core)])
        for (text, phase) in [
            ("2026-11-20T14:29:59.999999Z", MarketPhase.open), ("2026-11-20T14:30:00Z", .core),
            ("2026-11-20T20:59:59.999999Z", .core), ("2026-11-20T21:00:00Z", .open),
            ("2026-11-27T17:59:59.999999Z", .core), ("2026-11-27T18:00:00Z", .open),
        ] {
            #expect(timeline.stretch(at: try at(text))?.phase == phase, "\(text)")
        }
        #expect(timeline.count == 2 * xnys.sessions.count + 1)
    }

    @Test func withoutSessionsItIsAlwaysOpen() {
        let timeline = xnys.timeline(closedIn: [])
        #expect(timeline.count == 1)
        #expect(timeline.stretch(0).phase == .open)
        #expect(timeline.coverage == xnys.coverage)
    }

    @Test func whatReachesBeyondTheUnionOfAMarginCounts() throws {
        let closed = [
            ClosedSession(kind: .core, before: .minutes(30), after: .minutes(20)),
            ClosedSession(kind: .post, before: .hours(8), after: .minutes(5)),
        ]
        #expect(
            try stretches(closed, from: "2026-11-20T12:00:00Z", to: "2026-11-21T03:00:00Z") == [
                "open 20:05", "beforeOpen 08:00", "core 09:30", "post 16:00", "afterClose 20:00", "open 20:05",
            ])
    }

    @Test func theWholeDayIsOnePieceButForTheIndustrysPause() throws {
        let closed = SessionKind.allCases.map { ClosedSession(kind: $0, before: .minutes(10), after: .minutes(10)) }
        #expect(
            try stretches(closed, from: "2026-11-19T06:00:00Z", to: "2026-11-20T06:00:00Z") == [
                "overnight 21:00", "pre 04:00", "core 09:30", "post 16:00", "afterClose 20:00", "open 20:10",
                "beforeOpen 20:50", "overnight 21:00",
            ])
    }

    @Test func marginsThatMeetLeaveNoOpening() throws {
        // From 20:00 to 21:00 is an hour: thirty minutes on either side touch, and longer ones overlap.
        for (before, after) in [(30, 30), (50, 50), (600, 0), (0, 60)] {
            let closed = SessionKind.allCases.map {
                ClosedSession(kind: $0, before: .minutes(Int64(before)), after: .minutes(Int64(after)))
            }
            let phases = try stretches(closed, from: "2026-11-19T06:00:00Z", to: "2026-11-20T06:00:00Z")
            #expect(!phases.contains { $0.hasPrefix("open") }, "\(phases)")
        }
    }

    @Test func aSessionCountsOnItsDatesOnly() throws {
        let closed = [
            ClosedSession(kind: .core),
            ClosedSession(
                kind: .overnight, before: .minutes(5), from: try date("2026-12-07"), until: try date("2026-12-08")),
        ]
        #expect(
            try stretches(closed, from: "2026-12-05T12:00:00Z", to: "2026-12-09T22:00:00Z") == [
                "open 16:00", "beforeOpen 20:55", "overnight 21:00", "open 04:00", "core 09:30", "open 16:00",
                "beforeOpen 20:55", "overnight 21:00", "open 04:00", "core 09:30", "open 16:00", "core 09:30",
                "open 16:00",
            ])
    }

    @Test func ofTwoMarginsAtAnEdgeTheLongerCounts() throws {
        let short = ClosedSession(kind: .core, before: .minutes(5), after: .minutes(30))
        let long = ClosedSession(kind: .core, before: .minutes(40), after: .minutes(10))
        for closed in [[short, long], [long, short]] {
            #expect(
                try stretches(closed, from: "2026-11-20T13:00:00Z", to: "2026-11-20T22:00:00Z") == [
                    "open 16:30", "beforeOpen 08:50", "core 09:30", "afterClose 16:00", "open 16:30",
                ])
        }
    }

    @Test func marginsAreElapsedTime() throws {
        // Clocks are set forward on Sunday morning: 36 hours before Monday's open is 20:30, not 21:30, of Saturday.
        let timeline = xnys.timeline(closedIn: [ClosedSession(kind: .core, before: .hours(36))])
        let stretch = try #require(timeline.stretch(at: at("2026-03-08T12:00:00Z")))
        #expect(newYorkTime(stretch.start) == "20:30")
        #expect(stretch.phase == .beforeOpen)
    }

    @Test func whatMayBeAMarginOfTheUnknownIsNotKnown() throws {
        let closed = [ClosedSession(kind: .core, before: .minutes(30), after: .minutes(20))]
        let timeline = xnys.timeline(closedIn: closed)
        #expect(timeline.coverage.upperBound == xnys.coverage.upperBound - .minutes(30))
        #expect(timeline.coverage.lowerBound == xnys.coverage.lowerBound + .minutes(20))
        #expect(timeline.stretch(at: try at("2031-01-01T04:29:59Z"))?.phase == .open)
        #expect(timeline.stretch(at: try at("2031-01-01T04:30:00Z")) == nil)
        let endless = xnys.timeline(closedIn: [ClosedSession(kind: .core, before: .days(365 * 50))])
        #expect(endless.coverage.isEmpty)
    }

    /// Random sets of sessions and margins, on a calendar with breaks too, against a model that paints minutes.
    @Test(arguments: (0..<(isSoak ? 400 : 24)).map { _ in UInt64.random(in: 0...UInt64.max) })
    func unionsAreAsTheNaiveModelPaintsThem(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        let calendar = try random.next() % 4 == 0 ? Examples.tokyo() : xnys
        let start = try date("2024-11-01").daysSinceEpoch + Int(random.next() % 30)
        let closed = calendar.kinds.shuffled(using: &random).prefix(Int(random.next() % 4) + 1).map { kind in
            ClosedSession(
                kind: kind, before: .minutes(Int64([0, 5, 30, 60, 900].randomElement(using: &random) ?? 0)),
                after: .minutes(Int64([0, 1, 20, 60, 2_000].randomElement(using: &random) ?? 0)),
                from: random.next() % 4 == 0 ? CivilDate(daysSinceEpoch: start + 6) : nil,
                until: random.next() % 4 == 0 ? CivilDate(daysSinceEpoch: start + 9) : nil)
        }
        let painted = NaivePainting(closed, calendar, minutes: start * 1_440..<(start + 15) * 1_440)
        let timeline = calendar.timeline(closedIn: closed)
        // The model knows only what lies well within its fortnight.
        for minute in (start + 5) * 1_440..<(start + 10) * 1_440 {
            let phase = timeline.stretch(at: Instant(microseconds: Int64(minute) * 60_000_000))?.phase
            guard phase != painted.phase(minute) else { continue }
            Issue.record("seed \(seed), minute \(minute): \(phase as Any), painted \(painted.phase(minute)), \(closed)")
            break
        }
    }
}

/// A fortnight, minute by minute.
private struct NaivePainting {
    private let start: Int
    private var phases: [MarketPhase]

    init(_ closed: [ClosedSession], _ calendar: ExchangeCalendar, minutes: Range<Int>) {
        start = minutes.lowerBound
        phases = Array(repeating: .open, count: minutes.count)
        var margins = phases
        for minute in minutes {
            guard let status = calendar.status(at: Instant(microseconds: Int64(minute) * 60_000_000)) else { continue }
            if let session = Self.session(status, closed) { phases[minute - start] = session.0 }
        }
        // Each session has its margins; what another session covers of them does not show.
        for index in 1..<phases.count {
            let (last, this) = (phases[index - 1], phases[index])
            if this != .open, this != last {
                let before = Self.longest(closed, this, \.before)
                for minute in max(0, index - before)..<index where margins[minute] != .afterClose {
                    margins[minute] = .beforeOpen
                }
            }
            if last != .open, this != last {
                let after = Self.longest(closed, last, \.after)
                for minute in index..<min(phases.count, index + after) { margins[minute] = .afterClose }
            }
        }
        for index in phases.indices where phases[index] == .open { phases[index] = margins[index] }
    }

    func phase(_ minute: Int) -> MarketPhase { phases[minute - start] }

    private static func session(_ status: CalendarStatus, _ closed: [ClosedSession]) -> (MarketPhase, ClosedSession)? {
        let phase: MarketPhase? =
            switch status.session {
            case .pre: .pre
            case .core: .core
            case .post: .post
            case .overnight: .overnight
            case .pause, .none: nil
            }
        guard let phase, let session = closed.first(where: { "\($0.kind)" == "\(phase)" }) else { return nil }
        if let from = session.from, status.date < from { return nil }
        if let until = session.until, until < status.date { return nil }
        return (phase, session)
    }

    private static func longest(
        _ closed: [ClosedSession], _ phase: MarketPhase, _ margin: KeyPath<ClosedSession, TimeSpan>
    ) -> Int {
        Int((closed.first { "\($0.kind)" == "\(phase)" }?[keyPath: margin].microseconds ?? 0) / 60_000_000)
    }
}
