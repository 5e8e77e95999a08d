/// A point in time: whole microseconds since 1970-01-01T00:00:00Z, without leap seconds, as PostgreSQL counts.
public struct Instant: Comparable, Hashable, Sendable {
    /// Microseconds since the Unix epoch.
    public let microseconds: Int64

    /// The instant that many microseconds after the Unix epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Earlier is smaller.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The instant that much later; it stops at the ends of what can be counted.
    public static func + (instant: Instant, span: TimeSpan) -> Instant {
        let (sum, overflow) = instant.microseconds.addingReportingOverflow(span.microseconds)
        return Instant(microseconds: overflow ? (span.microseconds < 0 ? .min : .max) : sum)
    }

    /// The instant that much earlier; it stops at the ends of what can be counted.
    public static func - (instant: Instant, span: TimeSpan) -> Instant {
        instant + TimeSpan(microseconds: span.microseconds == .min ? .max : -span.microseconds)
    }

    /// The time from the right instant to the left one.
    public static func - (left: Instant, right: Instant) -> TimeSpan {
        let (difference, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
        return TimeSpan(microseconds: overflow ? (left < right ? .min : .max) : difference)
    }
}
