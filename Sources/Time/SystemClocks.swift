import Glibc

/// A reading of the machine's clock that never steps: nanoseconds since it started.
public struct MonotonicTime: Comparable, Sendable {
    /// Nanoseconds since the machine started.
    public let nanoseconds: Int64

    /// A reading.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// What the clock says now; it goes on while the machine sleeps.
    public static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: read(CLOCK_BOOTTIME))
    }

    /// Earlier is smaller.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The reading that much later.
    public static func + (time: MonotonicTime, span: TimeSpan) -> MonotonicTime {
        MonotonicTime(nanoseconds: time.nanoseconds + span.microseconds * 1_000)
    }

    /// The time between two readings.
    public static func - (left: MonotonicTime, right: MonotonicTime) -> TimeSpan {
        TimeSpan(microseconds: (left.nanoseconds - right.nanoseconds) / 1_000)
    }
}

extension Instant {
    /// What this machine believes the time to be. Only a measure of its error may ask: time comes from the database.
    public static func ofThisMachine() -> Instant {
        Instant(microseconds: read(CLOCK_REALTIME) / 1_000)
    }
}

private func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
