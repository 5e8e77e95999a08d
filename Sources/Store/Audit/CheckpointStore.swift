public import Ledger
public import Postgres
public import Time

/// What the log was at many moments, signed; and the keys that it was signed with.
public enum CheckpointStore {
    /// A checkpoint as it is kept.
    public struct Row: Sendable {
        /// The checkpoint.
        public let signed: SignedCheckpoint
        /// Every event of a transaction below this one was in the tree.
        public let below: Int64
        /// When it was signed, by the database's clock.
        public let at: Instant
    }

    /// A key, and since when it signs.
    public struct Key: Sendable {
        /// The key.
        public let key: LogKey
        /// Since when.
        public let addedAt: Instant
    }

    private static let newest = Statement("select note, below, at from audit_checkpoints order by size desc limit 1")
    private static let covering = Statement(
        "select note, below, at from audit_checkpoints where size >= $1 order by size limit 1")
    private static let add = Statement(
        "insert into audit_checkpoints (size, root, note, below) values ($1, $2, $3, $4::xid8)")
    private static let keys = Statement("select key, added_at from audit_keys order by number desc")
    private static let addKey = Statement("insert into audit_keys (key) values ($1)")
    private static let now = Statement("select clock_timestamp()")

    /// The last one; nothing before anything was sealed.
    public static func newest(_ connection: borrowing Connection) throws(PostgresError) -> Row? {
        try connection.execute(newest).first(row)
    }

    /// The first one that has so many events.
    public static func covering(_ size: Int64, _ connection: borrowing Connection) throws(PostgresError) -> Row? {
        try connection.execute(covering, [.int(size)]).first(row)
    }

    /// Keeps a checkpoint.
    public static func add(
        _ signed: SignedCheckpoint, below: Int64, _ connection: borrowing Connection
    ) throws(PostgresError) {
        let checkpoint = signed.checkpoint
        _ = try connection.execute(
            add, [.int(checkpoint.size), .bytes(checkpoint.root.bytes), .text(signed.note), .int(below)])
    }

    /// The keys, the one that signs first.
    public static func keys(_ connection: borrowing Connection) throws(PostgresError) -> [Key] {
        try connection.execute(keys).map { (row) throws(PostgresError) in
            let text = try row.text(0)
            guard let key = try? LogKey(parsing: text) else { throw .unexpected("'\(text)' is no key of a log") }
            return Key(key: key, addedAt: try row.instant(1))
        }
    }

    /// From here on this key signs.
    public static func add(_ key: LogKey, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(addKey, [.text(key.text)])
    }

    /// The database's clock: also in a drill the true one, which tells when a checkpoint was seen.
    public static func now(_ connection: borrowing Connection) throws(PostgresError) -> Instant {
        try connection.execute(now).first { (row) throws(PostgresError) in try row.instant(0) }
            ?? Instant(microseconds: 0)
    }

    private static func row(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        guard let signed = SignedCheckpoint(parsing: try row.text(0)) else {
            throw .unexpected("a checkpoint that is kept is none")
        }
        return Row(signed: signed, below: try row.int(1), at: try row.instant(2))
    }
}
