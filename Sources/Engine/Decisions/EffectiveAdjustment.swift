public import Calendars
public import Store
public import Time
import TimeZones

extension ExchangeCalendar {
    /// This calendar with the adjustments that count, in the order in which they began to.
    func applying(_ rows: [AdjustmentStore.Row]) -> (ExchangeCalendar, conflicts: [AdjustmentConflict]) {
        var calendar = self
        var adjustments: [Adjustment] = []
        var conflicts: [AdjustmentConflict] = []
        for row in rows {
            guard let written = row.adjustment, let effectiveAt = row.effectiveAt,
                let adjustment = calendar.limiting(written, to: effectiveAt)
            else { continue }
            adjustments.append(adjustment)
            (calendar, conflicts) = applying(adjustments)
        }
        return (calendar, conflicts)
    }

    /// What is left of an adjustment that counts from an instant on: what opens gates never does so for an instant that
    /// has passed. Nothing if nothing is left.
    public func limiting(_ adjustment: Adjustment, to start: Instant) -> Adjustment? {
        guard adjustment.opens, let session = session(on: adjustment.date), session.open < start else {
            return adjustment
        }
        guard start < session.close, adjustment.kind != .lateOpen else { return nil }
        // The session has begun: it can only end, and not before now.
        let second = 1_000_000 as Int64
        let rounded = Instant(microseconds: (start.microseconds + second - 1) / second * second)
        let local = zone.local(at: rounded).time
        let written = adjustment.kind == .earlyClose ? adjustment.time : nil
        let isLater = written.map { zone.instant(of: adjustment.date, $0).latest > rounded } ?? false
        return Adjustment(
            id: adjustment.id, date: adjustment.date, kind: .earlyClose, time: isLater ? written : local,
            reason: adjustment.reason, source: adjustment.source)
    }
}

extension AdjustmentStore.Row {
    /// As calendars take it.
    public var adjustment: Adjustment? {
        guard let date = CivilDate(parsing: date), let kind = Adjustment.Kind(rawValue: kind) else { return nil }
        return Adjustment(
            id: id, date: date, kind: kind, time: at.flatMap { TimeOfDay(parsing: $0) },
            until: until.flatMap { TimeOfDay(parsing: $0) }, reason: reason, source: source)
    }
}
