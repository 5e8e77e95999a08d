public import Ledger
public import Postgres
public import Time

/// The log's table. Events are only ever added.
public enum AuditStore {
    private static let insert = Statement(
        """
        insert into audit_events (at, code, actor, project, stage, freight, promotion, event)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """)
    private static let insertNumbered = Statement(insert.sql + " returning id")
    private static let insertAll = Statement(
        """
        insert into audit_events (at, code, actor, project, stage, freight, promotion, event)
        select q.at, q.code, q.actor, nullif(q.project, ''), nullif(q.stage, ''), nullif(q.freight, ''),
               nullif(q.promotion, ''), convert_to(q.event, 'UTF8')
        from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            with ordinality as q(at, code, actor, project, stage, freight, promotion, event, place)
        order by q.place returning id
        """)
    private static let noteFailure = Statement(
        """
        insert into authentication_failures (address, minute) values ($1, date_trunc('minute', $2::timestamptz))
        on conflict do nothing
        """)
    private static let forgetFailures = Statement("delete from authentication_failures where minute < $1")
    private static let scope = Statement("select project, stage from audit_events where id = $1")
    private static let anyEvent = Statement("select exists (select from audit_events)")

    /// Writes an event, in the transaction of what it records.
    public static func append(_ event: AuditEvent, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(insert, parameters(event))
    }

    /// Writes an event; answers its number.
    public static func append(
        numbered event: AuditEvent, _ connection: borrowing Connection
    ) throws(PostgresError) -> Int64 {
        let number = try connection.execute(insertNumbered, parameters(event))
            .first { (row) throws(PostgresError) in try row.int(0) }
        guard let number else { throw PostgresError.unexpected("no number came back for an event") }
        return number
    }

    /// Writes events, in the transaction of what they record; answers their numbers, in their order.
    public static func append(
        numbered events: [AuditEvent], _ connection: borrowing Connection
    ) throws(PostgresError) -> [Int64] {
        // Each has most of what it costs PostgreSQL in common with the others.
        guard events.count > 1 else {
            return try events.map { (event) throws(PostgresError) in try append(numbered: event, connection) }
        }
        let columns: [Parameter] = [
            .texts(events.map(\.at.text)), .texts(events.map(\.code.rawValue)), .texts(events.map(\.actor.name)),
            .texts(events.map { $0.project ?? "" }), .texts(events.map { $0.stage ?? "" }),
            .texts(events.map { $0.freight ?? "" }), .texts(events.map { $0.promotion ?? "" }),
            .texts(events.map { String(decoding: $0.bytes, as: UTF8.self) }),
        ]
        let numbers = try connection.execute(insertAll, columns)
            .map { (row) throws(PostgresError) in try row.int(0) }
        guard numbers.count == events.count else {
            throw PostgresError.unexpected("\(numbers.count) numbers came back for \(events.count) events")
        }
        return numbers
    }

    private static func parameters(_ event: AuditEvent) -> [Parameter] {
        [
            .instant(event.at), .text(event.code.rawValue), .text(event.actor.name), .textOrNull(event.project),
            .textOrNull(event.stage), .textOrNull(event.freight), .textOrNull(event.promotion), .bytes(event.bytes),
        ]
    }

    /// True for the first failure of an address in a minute, over all servers.
    public static func isFirstFailure(
        address: String, at: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(noteFailure, [.text(address), .instant(at)]).affected == 1
    }

    /// Forgets which minutes had failures; their events stay.
    public static func forgetFailures(before: Instant, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(forgetFailures, [.instant(before)])
    }

    /// What an event concerns.
    public struct Scope: Sendable {
        /// The project, if it concerns one.
        public let project: String?
        /// The Stage, if it concerns one.
        public let stage: String?
    }

    /// What an event concerns; nothing if there is none.
    public static func scope(
        ofEvent event: Int64, _ connection: borrowing Connection
    ) throws(PostgresError) -> Scope? {
        try connection.execute(scope, [.int(event)]).first { (row) throws(PostgresError) in
            Scope(project: try row.textOrNil(0), stage: try row.textOrNil(1))
        }
    }

    /// Whether anything has ever happened.
    public static func hasEvents(_ connection: borrowing Connection) throws(PostgresError) -> Bool {
        try connection.execute(anyEvent).first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }
}
