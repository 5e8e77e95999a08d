public import Postgres
public import Store
import Locks
public import Time

/// The service's one clock: the database's, carried on between measurements by a clock that never steps; in a drill, the
/// simulated one that goes by it.
public final class ServiceClock: Sendable {
    private struct State {
        var reading: ClockReading?
        var drill: DrillStore.Anchor?
        /// The latest instant that a drill has shown.
        var latest: Instant?

        /// A fast clock makes much of the small difference between two measurements, and must not go back by it.
        mutating func simulated(_ anchor: DrillStore.Anchor, at real: Instant) -> Instant {
            let now = max(anchor.simulated(at: real), latest ?? anchor.simulated)
            latest = now
            return now
        }
    }

    /// How far this machine's own clock may be from the database's before nothing is let on.
    public static let tolerance = TimeSpan.milliseconds(500)

    private let state: Guarded<State>

    /// Whether the time is simulated.
    public let isDrill: Bool

    /// A clock that is not set: nothing that depends on the time is decided before it is.
    public init(isDrill: Bool) {
        self.isDrill = isDrill
        state = Guarded(State())
    }

    /// Sets the clock by a measurement, and in a drill by its anchor.
    public func set(_ reading: ClockReading, drill: DrillStore.Anchor?) {
        state.withLock { ($0.reading, $0.drill) = (reading, drill) }
    }

    /// The time.
    public func now() -> Instant {
        state.withLock { state in
            guard let real = state.reading?.extrapolatedNow else { return .ofThisMachine() }
            return state.drill.map { state.simulated($0, at: real) } ?? real
        }
    }

    /// How far the database is ahead of this machine's own clock.
    public var skew: TimeSpan {
        TimeSpan(microseconds: state.withLock { $0.reading?.offsetMicroseconds ?? 0 })
    }

    /// Whether the two clocks differ so much that one of them is wrong.
    public var isSkewed: Bool {
        abs(skew.microseconds) > Self.tolerance.microseconds
    }
}
