public import Identity
public import Postgres
public import Time

/// Calendars that somebody loaded, each version of them.
public enum CalendarStore {
    /// A version of a calendar.
    public struct Row: Sendable {
        /// The calendar.
        public let id: String
        /// The version's number.
        public let version: Int64
        /// The calendar's document.
        public let document: String
        /// Its hash.
        public let hash: [UInt8]
        /// Who loaded it.
        public let loadedBy: String
        /// When.
        public let loadedAt: Instant
    }

    private static let columns =
        "c.id, c.version, c.document, c.hash, s.name, c.loaded_at from calendars c join subjects s on s.id = c.loaded_by"
    private static let newest = Statement(
        "select distinct on (c.id) \(columns) order by c.id, c.version desc")
    private static let one = Statement("select \(columns) where c.id = $1 order by c.version desc limit 1")
    private static let insert = Statement(
        """
        insert into calendars (id, version, document, hash, reason, loaded_by, loaded_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """)

    /// The newest version of each.
    public static func newest(_ connection: borrowing Connection) throws(PostgresError) -> [Row] {
        try connection.execute(newest).map { (row) throws(PostgresError) in try read(row) }
    }

    /// The newest version of one.
    public static func calendar(_ id: String, _ connection: borrowing Connection) throws(PostgresError) -> Row? {
        try connection.execute(one, [.text(id)]).first { (row) throws(PostgresError) in try read(row) }
    }

    /// Adds a version.
    public static func add(
        _ id: String, version: Int64, document: String, hash: [UInt8], reason: String?, by subject: Subject,
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(id), .int(version), .text(document), .bytes(hash), .textOrNull(reason), .int(subject.id),
                .instant(now),
            ])
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        Row(
            id: try row.text(0), version: try row.int(1), document: try row.text(2), hash: try row.bytes(3),
            loadedBy: try row.text(4), loadedAt: try row.instant(5))
    }
}
