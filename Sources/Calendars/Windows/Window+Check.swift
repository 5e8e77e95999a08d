public import Time
public import TimeZones

extension Window {
    /// Refuses a window that never opens or never closes within the coverage, and says why.
    ///
    /// One that is over is not refused: it was right when it was written.
    public func check(coverage: Range<Instant>, zone: ZoneRules) throws(WindowError) {
        switch times {
        case .once(let from, let until): try check(from, until, coverage, zone)
        case .recurring(let rule, _, _): try check(rule, coverage, zone)
        }
    }

    /// Whether its last occurrence has ended, so that it says the same for ever from now on.
    public func isOver(at now: Instant, zone: ZoneRules) -> Bool {
        switch times {
        case .once(let from, let until):
            return bounds(from, until, zone).end <= now
        case .recurring(let rule, _, _):
            let known = zone.coverage
            guard let last = rule.lastDate, last < days(around: known, zone).upperBound, now < known.upperBound
            else { return false }
            return intervals(in: now..<known.upperBound, zone: zone).isEmpty
        }
    }

    private func check(
        _ from: Moment, _ until: Moment, _ coverage: Range<Instant>, _ zone: ZoneRules
    ) throws(WindowError) {
        let (start, end) = bounds(from, until, zone)
        guard start < end else {
            throw WindowError(field: "until", message: "the window ends when it begins, or before that")
        }
        guard start > coverage.lowerBound || end < coverage.upperBound else {
            throw WindowError(field: "from", message: "\(inside) from the first day that is known to the last")
        }
    }

    private func check(_ rule: RecurrenceRule, _ coverage: Range<Instant>, _ zone: ZoneRules) throws(WindowError) {
        let coverage = coverage.clamped(to: zone.coverage)
        let intervals = intervals(in: coverage, zone: zone)
        guard let first = intervals.first else {
            let known = days(around: coverage, zone)
            if let end = rule.lastDate, end < known.lowerBound { return }
            let beginning = rule.from.map { ", from \($0.written)" } ?? ""
            guard rule.dates(in: known).isEmpty else {
                throw WindowError(
                    field: "start", message: "\(outside): on the days of \(rule.text)\(beginning) it has no time",
                    hint: "write duration in place of end")
            }
            throw WindowError(field: "rrule", message: "\(outside): no date matches \(rule.text)\(beginning)")
        }
        // What lasts longer than one occurrence can, and as long as anything is known, has no end.
        let isEndless =
            rule.until == nil && first.upperBound == coverage.upperBound
            && first.lowerBound + Self.reach < first.upperBound
        if first == coverage || isEndless {
            throw WindowError(field: "rrule", message: "\(inside): each occurrence lasts until the next one starts")
        }
    }

    /// What holds where the window is always inside itself.
    private var inside: String { kind == .deny ? "the deny window never opens" : "the allow window never closes" }

    /// What holds where it is never inside.
    private var outside: String { kind == .deny ? "the deny window never closes" : "the allow window never opens" }
}
