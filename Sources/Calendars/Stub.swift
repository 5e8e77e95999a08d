public import TimeZones
public import Time
public enum SessionKind: String, CaseIterable, Sendable { case pre, core, post, overnight }
public enum Confidence: String, Sendable { case published, projected }
public struct ClosedSession: Hashable, Sendable {
    public let kind: SessionKind; public let before: TimeSpan; public let after: TimeSpan
    public let from: CivilDate?; public let until: CivilDate?
    public init(kind: SessionKind, before: TimeSpan = .seconds(0), after: TimeSpan = .seconds(0), from: CivilDate? = nil, until: CivilDate? = nil) {
        self.kind = kind; self.before = before; self.after = after; self.from = from; self.until = until }
}
public enum MarketPhase: UInt8, Sendable, CaseIterable { case open, beforeOpen, pre, core, post, overnight, afterClose }
public struct Adjustment: Hashable, Sendable { public let id: String; public let date: CivilDate }
public final class ExchangeCalendar: Sendable {
    public let id: String, version: String, zone: ZoneRules
    public let coverage: Range<Instant>
    public let adjustments: [Adjustment]
    public func confidence(at: Instant) -> Confidence { .published }
    public func timeline(closedIn: [ClosedSession]) -> Timeline<MarketPhase> { .init(coverage: coverage, beginningWith: .open, changes: []) }
    public init(id: String, version: String, zone: ZoneRules, coverage: Range<Instant>) { self.id = id; self.version = version; self.zone = zone; self.coverage = coverage; adjustments = [] }
}
