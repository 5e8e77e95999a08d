import Calendars
import Promotions
import Time
import TimeZones

/// New York and its exchange, made once.
struct World: Sendable {
    static let shared = Result { try World() }

    let newYork: ZoneRules
    let xnys: ExchangeCalendar

    private init() throws {
        newYork = try Zones.read("America/New_York")
        xnys = .xnys(zone: newYork)
    }

    func plan(_ policy: StagePolicy) -> GatePlan {
        GatePlan(
            policy, calendar: { $0 == "XNYS" ? .ready(xnys) : .missing },
            zone: { $0 == "America/New_York" ? .ready(newYork) : .untrusted("no such zone") })
    }

    func situation(
        _ gates: [GateRule], bypasses: [String]? = nil, enforcement: StagePolicy.Enforcement = .enforce,
        rollbackGates: [String]? = nil, disabling: Disabling? = nil, freezes: [Freeze] = []
    ) -> Situation {
        let policy = StagePolicy(
            stage: "paper", gates: gates, enforcement: enforcement,
            breakGlass: bypasses.map { StagePolicy.BreakGlass(bypasses: $0) }, rollbackGates: rollbackGates)
        return Situation(
            project: "stonks-oracle", stage: "paper",
            projectPolicy: ProjectPolicy(project: "stonks-oracle", orchestrator: .gatehouse), plan: plan(policy),
            isKnown: true, disabling: disabling, freezes: freezes, revision: 7, epoch: 41, tzdata: "test")
    }
}

func at(_ text: String) throws -> Instant { try Instant(parsing: text) }

let marketHours = GateRule(
    name: "market-hours",
    kind: .market(
        MarketRule(calendar: "XNYS", closedIn: [ClosedSession(kind: .core, before: .minutes(30), after: .minutes(20))]))
)
let signOff = GateRule(name: "sign-off", kind: .approval(ApprovalRule(required: 1, validFor: .hours(24))))

func noFridayEvening() throws -> GateRule {
    var fields = Window.Fields()
    fields.kind = "deny"
    fields.rrule = "FREQ=WEEKLY;BYDAY=FR"
    fields.start = "18:00"
    fields.duration = "6h"
    fields.timeZone = "America/New_York"
    return GateRule(name: "no-friday-evening", kind: .window(try Window(fields)))
}

func freight(
    _ standing: FreightFacts.Standing = .accepted,
    _ availability: FreightFacts.Availability = .verified(in: ["beta"]), verifiedSince: Instant? = nil,
    approvals: [FreightFacts.Approval] = [], findings: [String: FreightFacts.Finding] = [:]
) -> FreightFacts {
    FreightFacts(
        id: "ceaf5c0d81d534ba561c3a1b43f1e858f0b7b825", standing: standing, availability: availability,
        verifiedSince: verifiedSince, approvals: approvals, findings: findings)
}
