public import Time
public import TimeZones

extension Window {
    /// The times inside the window, as far as both the range and the zone's table reach: sorted, and apart from one
    /// another.
    ///
    /// The closed side is never the shorter reading of a local time. Closed times begin at the earlier and end at the
    /// later reading of one that clocks showed twice; one that they skipped is the instant of the gap.
    public func intervals(in range: Range<Instant>, zone: ZoneRules) -> [Range<Instant>] {
        let range = range.clamped(to: zone.coverage)
        guard !range.isEmpty else { return [] }
        var merged: [Range<Instant>] = []
        // Starts never go back from one day to the next: what does not reach the last interval lies after it.
        func add(_ occurrence: Range<Instant>) {
            let occurrence = occurrence.clamped(to: range)
            guard !occurrence.isEmpty else { return }
            if let last = merged.last, occurrence.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, occurrence.upperBound)
            } else {
                merged.append(occurrence)
            }
        }
        switch times {
        case .once(let from, let until):
            let (start, end) = bounds(from, until, zone)
            if start < end { add(start..<end) }
        case .recurring(let rule, let start, let end):
            rule.forEachDate(in: days(around: range, zone)) { date in
                if let occurrence = occurrence(on: date, rule, start, end, zone) { add(occurrence) }
            }
        }
        return merged
    }

    /// When the window is open and when it is closed, as far as both the coverage and the zone's table reach.
    public func timeline(coverage: Range<Instant>, zone: ZoneRules) -> Timeline<WindowPhase> {
        let (inside, outside): (WindowPhase, WindowPhase) = kind == .deny ? (.closed, .open) : (.open, .closed)
        let changes = intervals(in: coverage, zone: zone).flatMap { interval in
            [(at: interval.lowerBound, to: inside), (at: interval.upperBound, to: outside)]
        }
        return Timeline(coverage: coverage.clamped(to: zone.coverage), beginningWith: outside, changes: changes)
    }

    private func occurrence(
        on date: CivilDate, _ rule: RecurrenceRule, _ start: TimeOfDay, _ end: End, _ zone: ZoneRules
    ) -> Range<Instant>? {
        let reading = zone.instant(of: date, start)
        let begins = opening(reading)
        if case .instant(let last) = rule.until, last < begins { return nil }
        let ends =
            switch end {
            case .after(let duration): closing(reading) + duration
            case .time(let time): closing(zone.instant(of: time > start ? date : date.next, time))
            }
        return begins < ends ? begins..<ends : nil
    }

    /// When a window that does not recur begins and ends.
    func bounds(_ from: Moment, _ until: Moment, _ zone: ZoneRules) -> (start: Instant, end: Instant) {
        (opening(reading(from, zone)), closing(reading(until, zone)))
    }

    /// No occurrence ends later than this after midnight of the day that it starts on.
    static let reach = longestDuration + .days(2)

    /// The days on which an occurrence can start that reaches into a range.
    func days(around range: Range<Instant>, _ zone: ZoneRules) -> ClosedRange<CivilDate> {
        let first = zone.local(at: range.lowerBound - Self.reach).date
        return first...max(first, zone.local(at: range.upperBound).date.next)
    }

    private func reading(_ moment: Moment, _ zone: ZoneRules) -> LocalReading {
        switch moment {
        case .instant(let instant): .once(instant)
        case .local(let date, let time): zone.instant(of: date, time)
        }
    }

    private func opening(_ reading: LocalReading) -> Instant { kind == .deny ? reading.earliest : reading.latest }

    private func closing(_ reading: LocalReading) -> Instant { kind == .deny ? reading.latest : reading.earliest }
}

extension CivilDate {
    fileprivate var next: CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + 1) }
}

extension TimeSpan {
    fileprivate static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(microseconds: left.microseconds + right.microseconds)
    }
}
