import Calendars
import Promotions
import TimeZones
import Time

/// How long what decides takes by itself, without a server: prints one line for each measure, name and nanoseconds.
@main enum Main {
    static func main() throws {
        let newYork = try Zones.read("America/New_York")
        let xnys = time("building XNYS, ns", 1) { ExchangeCalendar.xnys(zone: newYork) }
        let policy = StagePolicy(stage: "paper", gates: try gates())
        let plan = time("making a policy ready, ns", 1) {
            GatePlan(policy, calendar: { _ in .ready(xnys) }, zone: { _ in .ready(newYork) })
        }
        let situation = Situation(
            project: "stonks-oracle", stage: "paper",
            projectPolicy: ProjectPolicy(project: "stonks-oracle", orchestrator: .gatehouse), plan: plan,
            isKnown: true, revision: 7, epoch: 41, tzdata: Zones.version ?? "")
        let freight = FreightFacts(
            id: "ceaf5c0d81d534ba561c3a1b43f1e858f0b7b825", standing: .accepted, availability: .verified(in: ["beta"]))
        let now = try Instant(parsing: "2026-11-20T15:00:00Z")
        var open = 0
        time("deciding now, ns", 1_000_000) {
            if decide(situation, freight: freight, Question(at: now)).isAllowed { open += 1 }
        }
        var state: UInt64 = 1
        let first = xnys.coverage.lowerBound.microseconds
        let span = UInt64(xnys.coverage.upperBound.microseconds - first)
        time("deciding at random instants of 1990-2030, ns", 1_000_000) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let at = Instant(microseconds: first + Int64((state >> 1) % span))
            if decide(situation, freight: freight, Question(at: at)).isAllowed { open += 1 }
        }
        let schedule = try time("a schedule of 40 years, ns", 5) {
            try situation.schedule(in: Instant(parsing: "1990-06-01T00:00:00Z")..<Instant(parsing: "2030-06-01T00:00:00Z"))
        }
        print("stretches in it: \(schedule.stretches.count); decisions that let in: \(open)")
    }

    private static func gates() throws -> [GateRule] {
        let market = MarketRule(
            calendar: "XNYS", closedIn: [ClosedSession(kind: .core, before: .minutes(30), after: .minutes(20))])
        let window = try Window(
            Window.Fields(
                kind: "deny", timeZone: "America/New_York", rrule: "FREQ=WEEKLY;BYDAY=FR", start: "18:00",
                duration: "6h"))
        return [
            GateRule(name: "market-hours", kind: .market(market)),
            GateRule(name: "no-friday-evening", kind: .window(window)),
            GateRule(name: "sign-off", kind: .approval(ApprovalRule(required: 1, validFor: .hours(24)))),
        ]
    }

    /// The mean of so many runs, of the best of five rounds: others' work only ever adds.
    private static func time<Result>(_ name: String, _ runs: Int, _ body: () throws -> Result) rethrows -> Result {
        var best = Int64.max
        var result = try body()
        for _ in 0..<5 {
            let start = MonotonicTime.now()
            for _ in 0..<runs { result = try body() }
            best = min(best, (MonotonicTime.now().nanoseconds - start.nanoseconds) / Int64(runs))
        }
        print("\(name): \(best)")
        return result
    }
}
