public import Time

/// What holds from when to when: stretches without a hole, so that any instant is one search.
///
/// What decisions ask of it is inlinable, so that it is compiled for each kind of phase.
public struct Timeline<Phase: Hashable & Sendable>: Sendable {
    /// One stretch: from its start to its end, the end not included.
    public struct Stretch: Hashable, Sendable {
        /// What holds.
        public let phase: Phase
        /// Since when.
        public let start: Instant
        /// Until when; nothing where what comes then is not known or it never ends.
        public let end: Instant?

        @inlinable init(phase: Phase, start: Instant, end: Instant?) {
            self.phase = phase
            self.start = start
            self.end = end
        }
    }

    /// What the timeline tells of; outside it nothing is known.
    public let coverage: Range<Instant>
    @usableFromInline let starts: [Int64]
    @usableFromInline let phases: [Phase]

    /// A timeline of stretches that begin at these instants, in their order; neighbours that are equal become one.
    public init(coverage: Range<Instant>, beginningWith first: Phase, changes: [(at: Instant, to: Phase)]) {
        var starts = [coverage.lowerBound.microseconds]
        var phases = [first]
        for change in changes where change.at < coverage.upperBound {
            if change.at.microseconds <= starts[starts.count - 1] {
                phases[phases.count - 1] = change.to
                if phases.count > 1, phases[phases.count - 2] == change.to {
                    starts.removeLast()
                    phases.removeLast()
                }
            } else if phases[phases.count - 1] != change.to {
                starts.append(change.at.microseconds)
                phases.append(change.to)
            }
        }
        self.coverage = coverage
        self.starts = starts
        self.phases = phases
    }

    /// How many stretches there are.
    @inlinable public var count: Int { starts.count }

    /// The stretch with that number, from 0.
    @inlinable public func stretch(_ index: Int) -> Stretch {
        Stretch(
            phase: phases[index], start: Instant(microseconds: starts[index]),
            end: index + 1 < starts.count ? Instant(microseconds: starts[index + 1]) : nil)
    }

    /// The number of the stretch that holds an instant; nothing outside the coverage.
    @inlinable public func index(at instant: Instant) -> Int? {
        guard coverage.contains(instant) else { return nil }
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= instant.microseconds { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The stretch that holds an instant; nothing outside the coverage.
    @inlinable public func stretch(at instant: Instant) -> Stretch? {
        index(at: instant).map(stretch)
    }
}
