import Calendars
public import Time
import TimeZones

extension Situation {
    /// The first instant after which a decision without Freight may be told in other words than at this one; until then
    /// only the instant itself differs.
    public func nextChange(after instant: Instant) -> Instant {
        var next = instant + .days(1)
        func note(_ change: Instant?) {
            if let change, change > instant { next = min(next, change) }
        }
        for freeze in freezes {
            note(freeze.start)
            note(freeze.end)
        }
        note(disabling?.start)
        note(disabling?.end)
        for table in plan?.tables ?? [] {
            switch table {
            case .market(let timeline, _): note(timeline.stretch(at: instant)?.end ?? timeline.coverage.lowerBound)
            case .window(let timeline, _, _): note(timeline.stretch(at: instant)?.end ?? timeline.coverage.lowerBound)
            case .timeless, .faulty: continue
            }
        }
        if let zone = plan?.zone {
            // Sentences leave today's date out, and clocks may be set.
            note(zone.instant(of: zone.local(at: instant).date.adding(days: 1), TimeOfDay(0, 0)).earliest)
            note(zone.transition(after: instant))
        }
        return next
    }
}
