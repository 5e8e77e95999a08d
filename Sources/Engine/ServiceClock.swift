import Locks
public import Postgres
public import Store
import Synchronization
public import Time

/// The service's one clock: the database's, carried on between measurements by a clock that never steps; in a drill, the
/// simulated one that goes by it.
public final class ServiceClock: Sendable {
    /// What a drill's clock goes by, and the latest instant that it has shown.
    private struct Simulation {
        var anchor: DrillStore.Anchor?
        var latest: Instant?

        /// A fast clock makes much of the small difference between two measurements, and must not go back by it.
        mutating func now(at real: Instant) -> Instant {
            guard let anchor else { return real }
            let now = max(anchor.simulated(at: real), latest ?? anchor.simulated)
            latest = now
            return now
        }
    }

    /// How far this machine's own clock may be from the database's before nothing is let on.
    public static let tolerance = TimeSpan.milliseconds(500)

    /// Whether the time is simulated.
    public let isDrill: Bool
    // Microseconds from the machine's start to the epoch of the database's clock, and from its own clock to that.
    private let fromStart = Atomic<Int64>(0)
    private let fromOwnClock = Atomic<Int64>(0)
    private let simulation = Guarded(Simulation())

    /// A clock that goes by this machine's until it is set: nothing that depends on the time is decided before.
    public init(isDrill: Bool) {
        self.isDrill = isDrill
        let own = Instant.ofThisMachine().microseconds - MonotonicTime.now().nanoseconds / 1_000
        fromStart.store(own, ordering: .relaxed)
    }

    /// Sets the clock by a measurement, and in a drill by its anchor.
    public func set(_ reading: ClockReading, drill: DrillStore.Anchor?) {
        fromStart.store(
            reading.databaseNow.microseconds - reading.measuredAt.nanoseconds / 1_000, ordering: .relaxed)
        fromOwnClock.store(reading.offset.microseconds, ordering: .relaxed)
        simulation.withLock { $0.anchor = drill }
    }

    /// The time, or what it was at a reading of the machine's clock.
    public func now(at reading: MonotonicTime = .now()) -> Instant {
        let real = real(at: reading)
        return isDrill ? simulation.withLock { $0.now(at: real) } : real
    }

    /// The time that is real in a drill, too: for those outside, who do not live in simulated time.
    public func real(at reading: MonotonicTime = .now()) -> Instant {
        Instant(microseconds: reading.nanoseconds / 1_000 + fromStart.load(ordering: .relaxed))
    }

    /// How fast a drill's clock runs; 1 where time is real.
    public var rate: Double { simulation.withLock { $0.anchor?.rate ?? 1 } }

    /// How far the database is ahead of this machine's own clock.
    public var skew: TimeSpan {
        TimeSpan(microseconds: fromOwnClock.load(ordering: .relaxed))
    }

    /// Whether the two clocks differ so much that one of them is wrong.
    public var isSkewed: Bool {
        abs(skew.microseconds) > Self.tolerance.microseconds
    }
}
