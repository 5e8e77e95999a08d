public import Time

/// What a local time stands for.
public enum LocalReading: Hashable, Sendable {
    /// One instant, as nearly always.
    case once(Instant)
    /// Clocks were set back over it: they showed it twice.
    case twice(earlier: Instant, later: Instant)
    /// Clocks were set forward over it: none showed it. The instant is when they were set.
    case skipped(at: Instant)

    /// The first instant that it can stand for.
    public var earliest: Instant {
        switch self {
        case .once(let instant), .twice(let instant, _), .skipped(let instant): instant
        }
    }

    /// The last instant that it can stand for.
    public var latest: Instant {
        switch self {
        case .once(let instant), .twice(_, let instant), .skipped(let instant): instant
        }
    }
}

/// How far the clocks of one zone are ahead of UTC, from instant to instant: a table, so that any question is a search
/// that takes no lock and asks no library.
public final class ZoneRules: Sendable {
    /// A change of the offset, or of what clocks are called.
    public struct Transition: Hashable, Sendable {
        /// When clocks are set.
        public let at: Instant
        /// Seconds ahead of UTC from then on.
        public let offset: Int
        /// What clocks are called from then on, such as "EST"; nothing where they have no letters.
        public let abbreviation: String?

        /// A change of the offset.
        public init(at: Instant, offset: Int, abbreviation: String? = nil) {
            self.at = at
            self.offset = offset
            self.abbreviation = abbreviation
        }
    }

    /// The canonical name of the zone.
    public let id: String
    /// What the table covers. Before and after it the first and the last offset are answered; callers ask inside.
    public let coverage: Range<Instant>
    /// Seconds ahead of UTC before the first change.
    public let initialOffset: Int
    /// The changes, in their order.
    public let transitions: [Transition]
    private let starts: [Int64]
    private let offsets: [Int]
    private let abbreviations: [String]

    /// A zone with these changes.
    public init(
        id: String, coverage: Range<Instant>, initialOffset: Int, initialAbbreviation: String? = nil,
        transitions: [Transition]
    ) {
        self.id = id
        self.coverage = coverage
        self.initialOffset = initialOffset
        self.transitions = transitions
        starts = transitions.map(\.at.microseconds)
        offsets = [initialOffset] + transitions.map(\.offset)
        abbreviations = zip([initialAbbreviation] + transitions.map(\.abbreviation), offsets).map { letters, offset in
            letters ?? OffsetText.of(offset)
        }
    }

    /// Seconds that clocks are ahead of UTC.
    public func offset(at instant: Instant) -> Int {
        offsets[period(at: instant.microseconds)]
    }

    /// What clocks are called, such as "EST"; "UTC+05:30" where they have no letters.
    public func abbreviation(at instant: Instant) -> String {
        abbreviations[period(at: instant.microseconds)]
    }

    /// What clocks show, and what they are called, such as "EST".
    public func reading(at instant: Instant) -> (local: LocalTime, abbreviation: String) {
        let period = period(at: instant.microseconds)
        return (LocalTime(instant, offset: offsets[period]), abbreviations[period])
    }

    /// What clocks show.
    public func local(at instant: Instant) -> LocalTime {
        LocalTime(instant, offset: offset(at: instant))
    }

    /// When clocks show this.
    public func instant(of date: CivilDate, _ time: TimeOfDay) -> LocalReading {
        let wall = Int64(date.daysSinceEpoch) * 86_400_000_000 + time.microseconds
        // No offset is beyond a day: the periods that hold a day on either side hold every reading.
        let day = 86_400_000_000 as Int64
        let near = period(at: wall - day)...period(at: wall + day)
        // Nearly always clocks are not set anywhere near; tables of many years are made of such days.
        guard near.count > 1 else {
            return .once(Instant(microseconds: wall - Int64(offsets[near.lowerBound]) * 1_000_000))
        }
        let readings = near.compactMap { index -> Int64? in
            let instant = wall - Int64(offsets[index]) * 1_000_000
            return isIn(instant, index) ? instant : nil
        }
        if let first = readings.first, let last = readings.last {
            let (earlier, later) = (Instant(microseconds: first), Instant(microseconds: last))
            return first == last ? .once(earlier) : .twice(earlier: earlier, later: later)
        }
        let gap = near.dropFirst().first { starts[$0 - 1] + Int64(offsets[$0]) * 1_000_000 > wall }
        return .skipped(at: Instant(microseconds: starts[(gap ?? near.upperBound) - 1]))
    }

    private func isIn(_ instant: Int64, _ index: Int) -> Bool {
        (index == 0 || starts[index - 1] <= instant) && (index == starts.count || instant < starts[index])
    }

    /// When clocks are set next.
    public func transition(after instant: Instant) -> Instant? {
        let index = period(at: instant.microseconds)
        return index < starts.count ? Instant(microseconds: starts[index]) : nil
    }

    /// How many changes lie at or before an instant.
    private func period(at instant: Int64) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
