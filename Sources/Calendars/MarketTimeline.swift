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
    /// Margins lie around the union of the sessions: where two of them touch there is no edge and no margin. They are
    /// elapsed time. What lies within a margin of the coverage's ends is not known, since the session to which the
    /// margin would belong is not.
    public func timeline(closedIn closed: [ClosedSession]) -> Timeline<MarketPhase> {
        // From below: margins show only where no session is.
        let order: [MarketPhase] = [.beforeOpen, .afterClose, .overnight, .post, .pre, .core]
        var layers = Layers(count: order.count)
        for stretch in MarginedStretch.union(of: closed.flatMap(stretches)) {
            layers.add(stretch.start - stretch.before..<stretch.start, to: 0)
            layers.add(stretch.end..<stretch.end + stretch.after, to: 1)
        }
        for session in closed {
            let layer = order.firstIndex(of: session.kind.phase) ?? 0
            for day in days(of: session) {
                for time in day.times(of: session.kind) { layers.add(time, to: layer) }
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

    private func stretches(of closed: ClosedSession) -> [MarginedStretch] {
        days(of: closed).flatMap { day in
            day.times(of: closed.kind).map {
                MarginedStretch(start: $0.lowerBound, end: $0.upperBound, before: closed.before, after: closed.after)
            }
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

/// A stretch of closed time with the margins of its two edges.
private struct MarginedStretch {
    let start: Instant
    var end: Instant
    var before: TimeSpan
    var after: TimeSpan

    /// The stretches joined where they touch; of several that share an edge the longest margin counts.
    static func union(of stretches: [MarginedStretch]) -> [MarginedStretch] {
        var joined: [MarginedStretch] = []
        for stretch in stretches.sorted(by: { $0.start < $1.start }) {
            guard var last = joined.last, stretch.start <= last.end else {
                joined.append(stretch)
                continue
            }
            if stretch.start == last.start { last.before = max(last.before, stretch.before) }
            if stretch.end == last.end { last.after = max(last.after, stretch.after) }
            if stretch.end > last.end { (last.end, last.after) = (stretch.end, stretch.after) }
            joined[joined.count - 1] = last
        }
        return joined
    }
}
