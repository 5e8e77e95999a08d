public import Postgres
public import Store
import Locks
public import Time

/// The service's one clock: the database's, carried on between measurements by a clock that never steps; in a drill, the
/// simulated one that goes by it.
public final class ServiceClock: Sendable {
    private struct State {
        var reading: ClockReading
        var drill: DrillStore.Anchor?
    }

    /// How far this machine's own clock may be from the database's before nothing is let on.
    public static let tolerance = TimeSpan.milliseconds(500)

    private let state: Guarded<State>

    /// A clock that goes by a measurement, and in a drill by its anchor.
    public init(_ reading: ClockReading, drill: DrillStore.Anchor?) {
        state = Guarded(State(reading: reading, drill: drill))
    }

    /// Takes a newer measurement.
    public func set(_ reading: ClockReading, drill: DrillStore.Anchor?) {
        state.withLock { $0 = State(reading: reading, drill: drill) }
    }

    /// The time.
    public func now() -> Instant {
        let state = state.withLock { $0 }
        let real = state.reading.extrapolatedNow
        return state.drill?.simulated(at: real) ?? real
    }

    /// Whether the time is simulated.
    public var isDrill: Bool {
        state.withLock { $0.drill != nil }
    }

    /// How far the database is ahead of this machine's own clock.
    public var skew: TimeSpan {
        TimeSpan(microseconds: state.withLock { $0.reading.offsetMicroseconds })
    }

    /// Whether the two clocks differ so much that one of them is wrong.
    public var isSkewed: Bool {
        abs(skew.microseconds) > Self.tolerance.microseconds
    }
}
