public import Time

/// A change of one date of a calendar, made known while the program runs.
public struct Adjustment: Hashable, Sendable {
    /// What an adjustment does.
    public enum Kind: String, CaseIterable, Sendable {
        /// There is no session.
        case closed
        /// The session ends earlier.
        case earlyClose
        /// The session begins later.
        case lateOpen
        /// There is trading from a time to a time, beside what there is.
        case extraSession

        /// Whether it takes trading away, so that gates open; else it closes them.
        public var opens: Bool { self != .extraSession }
    }

    /// Its own name.
    public let id: String
    /// The trade date.
    public let date: CivilDate
    /// What it does.
    public let kind: Kind
    /// The new close or open, or the beginning of the extra session, as the market's clocks show it.
    public let time: TimeOfDay?
    /// The end of the extra session.
    public let until: TimeOfDay?
    /// Why.
    public let reason: String
    /// Where it was published.
    public let source: String

    /// An adjustment, not yet checked against any calendar.
    public init(
        id: String, date: CivilDate, kind: Kind, time: TimeOfDay? = nil, until: TimeOfDay? = nil, reason: String,
        source: String
    ) {
        self.id = id
        self.date = date
        self.kind = kind
        self.time = time
        self.until = until
        self.reason = reason
        self.source = source
    }

    /// Whether it takes trading away, so that gates open.
    public var opens: Bool { kind.opens }
}

/// An adjustment that changes nothing, because the calendar below it is another than the one it was made for.
public struct AdjustmentConflict: Hashable, Sendable {
    /// The adjustment.
    public let adjustment: Adjustment
    /// Why it changes nothing, in one sentence.
    public let message: String
}

extension ExchangeCalendar {
    /// Whether an adjustment can be made: what it lacks, or why it would change nothing.
    public func check(_ adjustment: Adjustment) throws(CalendarError) {
        var adjusting = Adjusting(self)
        try adjusting.apply(adjustment)
    }

    /// The calendar with these adjustments made in their order, and those among them that change nothing.
    public func applying(_ adjustments: [Adjustment]) -> (ExchangeCalendar, conflicts: [AdjustmentConflict]) {
        var adjusting = Adjusting(self)
        var applied = self.adjustments
        var conflicts: [AdjustmentConflict] = []
        for adjustment in adjustments {
            do {
                try adjusting.apply(adjustment)
                applied.append(adjustment)
            } catch {
                conflicts.append(AdjustmentConflict(adjustment: adjustment, message: error.message))
            }
        }
        let calendar = ExchangeCalendar(
            id: id, version: version, zone: zone, coverage: coverage, dates: dates,
            publishedThrough: publishedThrough, hours: hours, days: adjusting.days, adjustments: applied)
        return (calendar, conflicts)
    }
}
