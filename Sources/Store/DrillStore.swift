public import Postgres
public import Time

/// The mark of a drill, and its simulated clock.
public enum DrillStore {
    /// What a simulated clock goes by.
    public struct Anchor: Sendable, Equatable {
        /// The database's clock when the simulated one was set.
        public let anchoredAt: Instant
        /// What the simulated clock said then.
        public let simulated: Instant
        /// How many simulated seconds pass in one.
        public let rate: Double

        /// What a simulated clock goes by.
        public init(anchoredAt: Instant, simulated: Instant, rate: Double) {
            self.anchoredAt = anchoredAt
            self.simulated = simulated
            self.rate = rate
        }

        /// What the simulated clock says when the database's clock says `real`.
        public func simulated(at real: Instant) -> Instant {
            let elapsed = Double((real - anchoredAt).microseconds) * rate
            guard abs(elapsed) < 9e17 else { return simulated }
            return simulated + TimeSpan(microseconds: Int64(elapsed))
        }
    }

    private static let read = Statement("select anchored_at, simulated, rate from drill")
    private static let now = Statement("select clock_timestamp()")
    private static let mark = Statement(
        """
        insert into drill (anchored_at, simulated, rate) values ($1, $2, $3::text::double precision)
        on conflict (only_row) do update
        set anchored_at = excluded.anchored_at, simulated = excluded.simulated, rate = excluded.rate
        """)

    private static let decide = Statement("insert into purpose (is_drill) values ($1) on conflict do nothing")
    private static let purpose = Statement("select is_drill from purpose")

    /// Whether the database is a drill's: as its first server said, which is this one if nobody was before.
    public static func decide(isDrill: Bool, _ connection: borrowing Connection) throws(PostgresError) -> Bool {
        _ = try connection.execute(decide, [.bool(isDrill)])
        let decided = try connection.execute(purpose).first { (row) throws(PostgresError) in try row.bool(0) }
        guard let decided else { throw PostgresError.unexpected("what the database is for was not decided") }
        return decided
    }

    /// The mark, if there is one.
    public static func anchor(_ connection: borrowing Connection) throws(PostgresError) -> Anchor? {
        try connection.execute(read).first { (row) throws(PostgresError) in
            Anchor(anchoredAt: try row.instant(0), simulated: try row.instant(1), rate: try row.double(2))
        }
    }

    /// Marks the database as a drill's, or sets its simulated clock; a simulated clock never goes back.
    public static func set(
        simulated: Instant, rate: Double, _ connection: borrowing Connection
    ) throws(PostgresError) -> Anchor {
        guard let real = try connection.execute(now).first({ (row) throws(PostgresError) in try row.instant(0) }) else {
            throw PostgresError.unexpected("the database did not tell its time")
        }
        let before = try anchor(connection)?.simulated(at: real)
        let anchor = Anchor(anchoredAt: real, simulated: max(simulated, before ?? simulated), rate: rate)
        _ = try connection.execute(
            mark, [.instant(anchor.anchoredAt), .instant(anchor.simulated), .text(String(rate))])
        return anchor
    }
}
