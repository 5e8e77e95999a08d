public import Postgres
public import Time

/// Until when some server has been able to tell whether anything may go in.
public enum WatchStore {
    // Servers take turns at the row: of all that come back after a pause one finds it.
    private static let note = Statement(
        """
        with before as (select only_row, until from last_watch for update)
        update last_watch w set until = greatest(w.until, $1) from before b where w.only_row = b.only_row
        returning b.until
        """)
    private static let begin = Statement("insert into last_watch (until) values ($1) on conflict do nothing")
    private static let last = Statement("select until from last_watch")

    /// Notes that a server can tell now; answers until when one had noted that before.
    public static func note(
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Instant? {
        let before = try connection.execute(note, [.instant(now)])
            .first { (row) throws(PostgresError) in try row.instant(0) }
        if before == nil { _ = try connection.execute(begin, [.instant(now)]) }
        return before
    }

    /// The last note; nothing before the first.
    public static func last(_ connection: borrowing Connection) throws(PostgresError) -> Instant? {
        try connection.execute(last).first { (row) throws(PostgresError) in try row.instant(0) }
    }
}
