public import Time

/// One measurement of the database's clock against the machine's, taken as in the middle of the round trip.
public struct ClockReading: Sendable, Equatable {
    /// `clock_timestamp()` at the server.
    public let databaseNow: Instant
    /// How long the answer took: the measurement is off by at most half of it.
    public let roundTripMicroseconds: Int64
    /// CLOCK_BOOTTIME in the middle.
    public let boottimeMicroseconds: Int64
    /// CLOCK_REALTIME in the middle.
    public let realtimeMicroseconds: Int64

    /// How far the database is ahead of this machine's wall clock.
    public var offsetMicroseconds: Int64 { databaseNow.microseconds - realtimeMicroseconds }

    /// The database's clock some time later, carried on by a clock that is never stepped.
    public func databaseTime(atBoottime boottime: Int64) -> Instant {
        Instant(microseconds: databaseNow.microseconds + (boottime - boottimeMicroseconds))
    }

    /// The database's clock now, as far as this reading tells.
    public var extrapolatedNow: Instant { databaseTime(atBoottime: DatabaseClock.boottimeMicroseconds) }
}

/// The one clock of the service is the database's; this relates it to the machine's.
public enum DatabaseClock {
    static let question = Statement("select clock_timestamp()")

    /// Microseconds since the machine started, counting sleep; never stepped.
    public static var boottimeMicroseconds: Int64 { SystemClock.boottime }
}

extension Connection {
    /// Asks for the database's clock twice, the first time to prepare, and measures the second.
    public func readClock() throws(PostgresError) -> ClockReading {
        _ = try execute(DatabaseClock.question)
        let boottime = SystemClock.boottime
        let realtime = SystemClock.realtime
        let rows = try execute(DatabaseClock.question)
        let roundTrip = SystemClock.boottime - boottime
        let now = try rows.first { (row) throws(PostgresError) in try row.instant(0) }
        guard let now else { throw PostgresError(.decoding, "clock_timestamp() gave no row") }
        return ClockReading(
            databaseNow: now, roundTripMicroseconds: roundTrip, boottimeMicroseconds: boottime + roundTrip / 2,
            realtimeMicroseconds: realtime + roundTrip / 2)
    }
}
