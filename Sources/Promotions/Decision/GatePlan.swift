public import Calendars
public import Time
public import TimeZones

/// What a gate needs from elsewhere, if it is there.
public enum Source<Value: Sendable>: Sendable {
    /// It is there and can be trusted.
    case ready(Value)
    /// There is none of that name.
    case missing
    /// What there is must not be trusted, for this reason.
    case untrusted(String)

    /// The same source of what is made of its value.
    public func map<Other: Sendable, Failure>(
        _ transform: (Value) throws(Failure) -> Other
    ) throws(Failure) -> Source<Other> {
        switch self {
        case .ready(let value): .ready(try transform(value))
        case .missing: .missing
        case .untrusted(let reason): .untrusted(reason)
        }
    }
}

/// A policy made ready for deciding: each time gate is a table of what it says from when to when.
public final class GatePlan: Sendable {
    /// What a gate says over time.
    public enum Table: Sendable {
        /// The clock does not open or close it.
        case timeless
        /// An exchange's sessions.
        case market(Timeline<MarketPhase>, ExchangeCalendar)
        /// Hours and days, in a zone.
        case window(Timeline<WindowPhase>, Window.Kind, ZoneRules)
        /// It cannot be told, for this reason.
        case faulty(GateCode, reason: String)
    }

    /// What was made ready.
    public let policy: StagePolicy
    /// What its gates say over time, in the policy's order.
    public let tables: [Table]
    /// When every time gate is open; nothing while one of them cannot be told.
    public let together: Timeline<Bool>?
    /// The same for the gates that a rollback passes.
    public let togetherForRollback: Timeline<Bool>?
    /// The zone in which times are shown to a person: the first gate's.
    public let zone: ZoneRules?
    /// The names of the gates that cannot be judged without Freight.
    let needingFreight: [String]

    static let alwaysNeedingFreight = [GateKind.freight.rawValue, GateKind.availability.rawValue]
    private let bypassableRules: [Bool]
    private let bypassableKinds: [GateKind]

    /// Windows are written out for these years: the years that calendars cover.
    public static let windowCoverage =
        Instant(microseconds: 631_152_000_000_000)..<Instant(microseconds: 1_925_078_400_000_000)

    /// Makes a policy ready with what there is of calendars and zones.
    public init(
        _ policy: StagePolicy, calendar: (String) -> Source<ExchangeCalendar>, zone: (String) -> Source<ZoneRules>
    ) {
        self.policy = policy
        let bypasses = policy.breakGlass?.bypasses ?? []
        bypassableRules = policy.gates.map { bypasses.contains($0.name) }
        bypassableKinds = [.freeze, .availability].filter { bypasses.contains($0.rawValue) }
        tables = policy.gates.map { rule in
            switch rule.kind {
            case .market(let rule): Self.market(rule, calendar)
            case .window(let window): Self.window(window, zone)
            case .approval, .soak, .verification: .timeless
            }
        }
        self.zone = Self.zone(of: tables)
        needingFreight = Self.alwaysNeedingFreight + policy.gates.filter(\.needsFreight).map(\.name)
        together = Self.together(tables)
        if let names = policy.rollbackGates {
            let passed = zip(policy.gates, tables).filter { names.contains($0.0.name) }.map(\.1)
            togetherForRollback = Self.together(passed)
        } else {
            togetherForRollback = together
        }
    }

    private static func market(_ rule: MarketRule, _ calendar: (String) -> Source<ExchangeCalendar>) -> Table {
        switch calendar(rule.calendar) {
        case .ready(let calendar):
            if let absent = rule.closedIn.first(where: { !calendar.kinds.contains($0.kind) }) {
                // A session that a calendar does not know would never close the gate.
                .faulty(.calendarMissing, reason: "\(calendar.id) does not tell its '\(absent.kind.rawValue)' sessions")
            } else {
                .market(calendar.timeline(closedIn: rule.closedIn), calendar)
            }
        case .missing: .faulty(.calendarMissing, reason: "there is no calendar '\(rule.calendar)'")
        case .untrusted(let reason): .faulty(.zoneUntrusted, reason: reason)
        }
    }

    private static func window(_ window: Window, _ zone: (String) -> Source<ZoneRules>) -> Table {
        switch zone(window.timeZone) {
        case .ready(let zone): .window(window.timeline(coverage: windowCoverage, zone: zone), window.kind, zone)
        case .missing: .faulty(.zoneUntrusted, reason: "there is no time zone '\(window.timeZone)'")
        case .untrusted(let reason): .faulty(.zoneUntrusted, reason: reason)
        }
    }

    /// Whether the policy lets break-glass pass a gate: one of its own by its place, else by its kind.
    func isBypassable(_ kind: GateKind, _ rule: Int?) -> Bool {
        rule.map { bypassableRules[$0] } ?? bypassableKinds.contains(kind)
    }

    private static func zone(of tables: [Table]) -> ZoneRules? {
        for table in tables {
            switch table {
            case .market(_, let calendar): return calendar.zone
            case .window(_, _, let zone): return zone
            case .timeless, .faulty: continue
            }
        }
        return nil
    }

    /// The first calendar that a gate goes by.
    public var calendar: ExchangeCalendar? {
        for case .market(_, let calendar) in tables { return calendar }
        return nil
    }
}
