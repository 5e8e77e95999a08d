public import Time

/// One measurement of the database's clock against the machine's, taken as in the middle of the round trip.
public struct ClockReading: Sendable, Equatable {
    /// `clock_timestamp()` at the server.
    public let databaseNow: Instant
    /// How long the answer took: the measurement is off by at most half of it.
    public let roundTrip: TimeSpan
    /// When that was by the clock that never steps.
    public let measuredAt: MonotonicTime
    /// When that was as the machine believes.
    public let machineNow: Instant

    /// How far the database is ahead of this machine's wall clock.
    public var offset: TimeSpan { databaseNow - machineNow }
}

extension Connection {
    private static let clockQuestion = Statement("select clock_timestamp()")

    /// Asks for the database's clock twice, the first time to prepare, and measures the second.
    public func readClock() throws(PostgresError) -> ClockReading {
        _ = try execute(Self.clockQuestion)
        let began = MonotonicTime.now()
        let machineBegan = Instant.ofThisMachine()
        let rows = try execute(Self.clockQuestion)
        let roundTrip = MonotonicTime.now() - began
        let half = TimeSpan(microseconds: roundTrip.microseconds / 2)
        let now = try rows.first { (row) throws(PostgresError) in try row.instant(0) }
        guard let now else { throw PostgresError(.decoding, "clock_timestamp() gave no row") }
        return ClockReading(
            databaseNow: now, roundTrip: roundTrip, measuredAt: began + half, machineNow: machineBegan + half)
    }
}
