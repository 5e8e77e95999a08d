public import Postgres

/// What receivers are yet to be told. The audit log is what is told from: nothing is written twice.
public enum NotificationStore {
    /// An event that a receiver may want to know of.
    public struct Candidate: Sendable {
        /// Its number.
        public let event: Int64
        /// Its bytes.
        public let bytes: [UInt8]
    }

    /// How far a receiver has been told.
    public struct Cursor: Sendable {
        let xact: String
        let event: Int64
        let above: Int64
    }

    /// The events behind a cursor.
    public struct Batch: Sendable {
        /// Those that may be wanted.
        public let candidates: [Candidate]
        /// The last of all of them; nothing if there is none.
        public let end: Cursor?
        /// Whether there may be more.
        public let isFull: Bool
    }

    /// Somebody who is to be told of an event now.
    public struct Delivery: Sendable {
        /// The event's number.
        public let event: Int64
        /// How often it has been tried, with this time.
        public let attempts: Int64
        /// The event's bytes.
        public let bytes: [UInt8]
        /// What people call its Freight.
        public let alias: String?
    }

    /// What a receiver could not be told.
    public struct Abandoned: Sendable {
        /// The receiver.
        public let receiver: String
        /// The event's number.
        public let event: Int64
        /// What the event was.
        public let code: String
        /// Its project.
        public let project: String?
        /// How often it was tried.
        public let attempts: Int64
        /// Why it failed the last time.
        public let lastError: String?
    }

    private static let batchSize = 500

    private static let note = Statement(
        """
        insert into notification_receivers (name, xact, event, above)
        values ($1, pg_snapshot_xmin(pg_current_snapshot()), 0, coalesce((select max(id) from audit_events), 0))
        on conflict do nothing
        """)
    private static let hold = Statement("select from notification_receivers where name = $1 for update")
    private static let beginAgain = Statement(
        """
        update notification_receivers set xact = pg_snapshot_xmin(pg_current_snapshot()), event = 0,
            above = coalesce((select max(id) from audit_events), 0)
        where name = $1 and xact > pg_snapshot_xmax(pg_current_snapshot())
        """)
    private static let take = Statement(
        "select xact::text, event, above from notification_receivers where name = $1 for update skip locked")
    private static let read = Statement(
        """
        select xact::text, id, case when code = any($4) then event end from audit_events
        where (xact, id) > ($1::text::xid8, $2) and xact < pg_snapshot_xmin(pg_current_snapshot()) and id > $3
        order by audit_events.xact, id limit \(batchSize)
        """)
    private static let add = Statement(
        """
        insert into notification_deliveries (receiver, event) select $1, unnest($2::bigint[])
        on conflict do nothing
        """)
    private static let move = Statement(
        "update notification_receivers set xact = $2::text::xid8, event = $3 where name = $1")
    private static let claim = Statement(
        """
        with due as materialized (
            select receiver, event from notification_deliveries
            where receiver = $1 and next_at <= clock_timestamp() order by event limit $2 for update skip locked)
        update notification_deliveries d
        set attempts = attempts + 1, next_at = clock_timestamp() + interval '1 minute'
        from due join audit_events e on e.id = due.event
        left join freight_aliases a on a.project = e.project and a.freight = e.freight and a.is_current
        where (d.receiver, d.event) = (due.receiver, due.event)
        returning d.event, d.attempts, e.event, a.alias
        """)
    private static let succeed = Statement("delete from notification_deliveries where receiver = $1 and event = $2")
    private static let fail = Statement(
        """
        update notification_deliveries
        set next_at = clock_timestamp() + $3 * interval '1 microsecond', last_error = left($4, 500)
        where receiver = $1 and event = $2
        """)
    private static let giveUp = Statement(
        """
        delete from notification_deliveries d using audit_events e
        where e.id = d.event and d.first_at <= clock_timestamp() - interval '24 hours' and d.next_at <= clock_timestamp()
        returning d.receiver, d.event, e.code, e.project, d.attempts, d.last_error
        """)
    private static let count = Statement(
        "select receiver, count(*) from notification_deliveries where receiver = any($1) group by receiver")

    /// Makes a receiver known, in a transaction: it is told of what happens from now on.
    ///
    /// In a database that was restored elsewhere transactions are numbered anew. What is told begins at the present again
    /// there. While the row is held nobody else moves on, so that a number from the future is none that has just been given.
    public static func note(_ receiver: String, _ connection: borrowing Connection) throws(PostgresError) {
        for statement in [note, hold, beginAgain] { _ = try connection.execute(statement, [.text(receiver)]) }
    }

    /// How far a receiver has been told, until the transaction ends for nobody else; nothing if somebody else has it.
    public static func take(
        _ receiver: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Cursor? {
        try connection.execute(take, [.text(receiver)]).first { (row) throws(PostgresError) in
            Cursor(xact: try row.text(0), event: try row.int(1), above: try row.int(2))
        }
    }

    /// The events behind a cursor of which no earlier one can come any more; with the bytes of those with these codes.
    public static func read(
        behind cursor: Cursor, codes: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> Batch {
        let rows = try connection.execute(
            read, [.text(cursor.xact), .int(cursor.event), .int(cursor.above), .texts(codes)]
        ).map { (row) throws(PostgresError) in (try row.text(0), try row.int(1), try row.bytesOrNil(2)) }
        return Batch(
            candidates: rows.compactMap { row in row.2.map { Candidate(event: row.1, bytes: $0) } },
            end: rows.last.map { Cursor(xact: $0.0, event: $0.1, above: cursor.above) },
            isFull: rows.count == batchSize)
    }

    /// Notes what a receiver is to be told, and how far the log has been looked at for it.
    public static func add(
        _ events: [Int64], to receiver: String, lookedAt end: Cursor, _ connection: borrowing Connection
    ) throws(PostgresError) {
        if !events.isEmpty { _ = try connection.execute(add, [.text(receiver), .ints(events)]) }
        _ = try connection.execute(move, [.text(receiver), .text(end.xact), .int(end.event)])
    }

    /// Takes what is due for a receiver, for a minute; in the order in which it happened.
    public static func claim(
        for receiver: String, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Delivery] {
        try connection.execute(claim, [.text(receiver), .int(Int64(limit))]).map { (row) throws(PostgresError) in
            Delivery(
                event: try row.int(0), attempts: try row.int(1), bytes: try row.bytes(2), alias: try row.textOrNil(3))
        }.sorted { $0.event < $1.event }
    }

    /// A receiver has been told.
    public static func succeed(
        _ event: Int64, to receiver: String, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(succeed, [.text(receiver), .int(event)])
    }

    /// A receiver could not be told, and will be after a pause.
    public static func fail(
        _ event: Int64, to receiver: String, because error: String, pauseMicroseconds: Int64,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            fail, [.text(receiver), .int(event), .int(pauseMicroseconds), .text(error.isEmpty ? "unknown" : error)])
    }

    /// Gives up what could not be told for a day, to whomever; answers what.
    public static func giveUp(_ connection: borrowing Connection) throws(PostgresError) -> [Abandoned] {
        try connection.execute(giveUp).map { (row) throws(PostgresError) in
            Abandoned(
                receiver: try row.text(0), event: try row.int(1), code: try row.text(2),
                project: try row.textOrNil(3), attempts: try row.int(4), lastError: try row.textOrNil(5))
        }
    }

    /// How much each of these is yet to be told, where that is anything.
    public static func pending(
        _ receivers: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Int64] {
        let rows = try connection.execute(count, [.texts(receivers)])
            .map { (row) throws(PostgresError) in (try row.text(0), try row.int(1)) }
        return Dictionary(rows, uniquingKeysWith: max)
    }
}
