import Time
import TimeZones

/// A trade date with the trading around its session.
struct TradingDay: Sendable {
    let session: TradingSession
    /// From the usual part's open to its close: early and late trading lie around it, and an extra session may lie in
    /// them.
    let regular: Range<Instant>
    let pre: Range<Instant>?
    let post: Range<Instant>?
    let overnight: Range<Instant>?

    /// A trade date of which only the session is known.
    init(_ session: TradingSession, regular: Range<Instant>) {
        self.init(session, regular: regular, pre: nil, post: nil, overnight: nil)
    }

    init(
        _ session: TradingSession, regular: Range<Instant>, pre: Range<Instant>?, post: Range<Instant>?,
        overnight: Range<Instant>?
    ) {
        self.session = session
        self.regular = regular
        self.pre = pre
        self.post = post
        self.overnight = overnight
    }

    /// When there is trading of that kind.
    func times(of kind: SessionKind) -> [Range<Instant>] {
        switch kind {
        case .core: session.parts
        case .pre: pre.map { [$0] } ?? []
        case .post: post.map { [$0] } ?? []
        case .overnight: overnight.map { [$0] } ?? []
        }
    }

    /// The last instant of all of it.
    var end: Instant { max(session.close, post?.upperBound ?? session.close) }
}

/// The hours of a market around its core session, as its clocks show them.
struct ExtendedHours: Sendable {
    let preOpen: TimeOfDay
    let postClose: TimeOfDay
    let postCloseOnEarlyCloses: TimeOfDay
    /// On the evening before the trade date, whatever that day is itself.
    let overnightOpen: TimeOfDay
    let overnightClose: TimeOfDay

    /// The trade date with its early, late and nightly trading.
    func around(_ session: TradingSession, regular: Range<Instant>, in zone: ZoneRules) -> TradingDay {
        let date = session.date
        let postClose = session.isEarlyClose ? postCloseOnEarlyCloses : postClose
        return TradingDay(
            session, regular: regular,
            pre: Self.range(zone.instant(of: date, preOpen).earliest, regular.lowerBound),
            post: Self.range(regular.upperBound, zone.instant(of: date, postClose).latest),
            overnight: Self.range(
                zone.instant(of: date.adding(days: -1), overnightOpen).earliest,
                zone.instant(of: date, overnightClose).latest))
    }

    private static func range(_ start: Instant, _ end: Instant) -> Range<Instant>? {
        start < end ? start..<end : nil
    }
}
