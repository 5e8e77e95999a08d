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
}
