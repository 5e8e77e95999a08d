public import Time

/// A session in which a gate is closed, with margins around it.
public struct ClosedSession: Hashable, Sendable {
    /// The kind of trading.
    public let kind: SessionKind
    /// How long before it the gate closes.
    public let before: TimeSpan
    /// How long after it the gate stays closed.
    public let after: TimeSpan
    /// The first trade date that this is said of; nothing if from the calendar's beginning.
    public let from: CivilDate?
    /// The last trade date that this is said of; nothing if to the calendar's end.
    public let until: CivilDate?

    /// Closed in trading of that kind; a margin below zero is none.
    public init(
        kind: SessionKind, before: TimeSpan = .seconds(0), after: TimeSpan = .seconds(0), from: CivilDate? = nil,
        until: CivilDate? = nil
    ) {
        self.kind = kind
        self.before = max(before, .seconds(0))
        self.after = max(after, .seconds(0))
        self.from = from
        self.until = until
    }
}

/// What a gate that follows a market sees at an instant.
public enum MarketPhase: UInt8, Sendable, CaseIterable {
    /// The gate is open.
    case open
    /// Closed: a margin before trading.
    case beforeOpen
    /// Closed: early trading.
    case pre
    /// Closed: the core session.
    case core
    /// Closed: late trading.
    case post
    /// Closed: trading in the night.
    case overnight
    /// Closed: a margin after trading.
    case afterClose
}

extension ExchangeCalendar {
    /// When a gate that is closed in these sessions is closed, and why.
    ///
    /// Margins lie around the union of the sessions: what one session covers of another's margin does not show. What
    /// reaches beyond it does, so that a further session never opens what was closed. They are elapsed time. What lies within a margin of the coverage's ends is not known, since the session to which the
    /// margin would belong is not.
    public func timeline(closedIn closed: [ClosedSession]) -> Timeline<MarketPhase> {
        // From below: margins show only where no session is.
        let order: [MarketPhase] = [.beforeOpen, .afterClose, .overnight, .post, .pre, .core]
        var layers = Layers(count: order.count)
        for session in closed {
            let layer = order.firstIndex(of: session.kind.phase) ?? 0
            for day in days(of: session) {
                for time in day.times(of: session.kind) {
                    layers.add(time.lowerBound - session.before..<time.lowerBound, to: 0)
                    layers.add(time.upperBound..<time.upperBound + session.after, to: 1)
                    layers.add(time, to: layer)
                }
            }
        }
        let start = coverage.lowerBound + (closed.map(\.after).max() ?? .seconds(0))
        let end = coverage.upperBound - (closed.map(\.before).max() ?? .seconds(0))
        return Timeline(
            coverage: start..<max(start, end), beginningWith: .open,
            changes: layers.tops().map { ($0.at, $0.layer.map { order[$0] } ?? .open) })
    }

    private func days(of closed: ClosedSession) -> [TradingDay] {
        guard closed.from != nil || closed.until != nil else { return days }
        return days.filter { day in
            closed.from.map { $0 <= day.session.date } ?? true && closed.until.map { day.session.date <= $0 } ?? true
        }
    }
}

extension SessionKind {
    /// What a gate sees while there is trading of this kind.
    fileprivate var phase: MarketPhase {
        switch self {
        case .pre: .pre
        case .core: .core
        case .post: .post
        case .overnight: .overnight
        }
    }
}
