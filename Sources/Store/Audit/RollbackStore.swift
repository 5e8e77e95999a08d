public import Identity
public import Ledger
public import Postgres
public import Time

/// What people said about a log that is not the one that servers knew.
public enum RollbackStore {
    /// Somebody asked that such a log be gone on with.
    public struct Rollback: Sendable {
        /// Its id.
        public let id: String
        /// How many events the log had then.
        public let size: Int64
        /// The root of its tree then.
        public let root: TreeHash
        /// The checkpoint that the server knew.
        public let known: String
        /// Why it is to be gone on with.
        public let reason: String
        /// Who asked.
        public let by: String
        /// When, by the database's clock.
        public let at: Instant
        /// Who agreed, and when.
        public let approval: (by: String, at: Instant)?
    }

    private static let columns = """
        select r.id, r.size, r.root, r.known, r.reason, s.name, r.at, a.by, a.at
        from audit_rollbacks r join subjects s on s.id = r.subject
        left join (select a.rollback, s.name as by, a.at
            from audit_rollback_approvals a join subjects s on s.id = a.subject) a on a.rollback = r.id
        """
    private static let all = Statement(columns + " order by r.at desc, r.id limit 100")
    private static let one = Statement(columns + " where r.id = $1")
    private static let approved = Statement(columns + " where a.at > $1 order by a.at desc limit 100")
    private static let add = Statement(
        """
        insert into audit_rollbacks (id, size, root, known, reason, subject, token) values ($1, $2, $3, $4, $5, $6, $7)
        """)
    private static let approve = Statement(
        """
        insert into audit_rollback_approvals (rollback, subject, token) values ($1, $2, $3)
        on conflict (rollback) do nothing
        """)

    /// The last ones, the newest first.
    public static func all(_ connection: borrowing Connection) throws(PostgresError) -> [Rollback] {
        try connection.execute(all).map(rollback)
    }

    /// One of them.
    public static func rollback(
        _ id: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Rollback? {
        try connection.execute(one, [.text(id)]).first(rollback)
    }

    /// Those that a second person agreed to after an instant of the database's clock.
    public static func approved(
        after instant: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Rollback] {
        try connection.execute(approved, [.instant(instant)]).map(rollback)
    }

    /// Somebody asks.
    public static func add(
        _ id: String, log: Checkpoint, known: String, reason: String, by token: Token,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            add,
            [
                .text(id), .int(log.size), .bytes(log.root.bytes), .text(known), .text(reason), .int(token.subject.id),
                .text(token.id),
            ])
    }

    /// Somebody else agrees; not twice. The schema refuses who asked, and tokens that go back to them.
    public static func approve(
        _ id: String, by token: Token, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(approve, [.text(id), .int(token.subject.id), .text(token.id)]).affected == 1
    }

    private static func rollback(_ row: borrowing Row) throws(PostgresError) -> Rollback {
        guard let root = TreeHash(try row.bytes(2)) else { throw .unexpected("a root has not 32 bytes") }
        let approver = try row.textOrNil(7)
        let approvedAt = try row.instantOrNil(8)
        return Rollback(
            id: try row.text(0), size: try row.int(1), root: root, known: try row.text(3), reason: try row.text(4),
            by: try row.text(5), at: try row.instant(6),
            approval: approver.flatMap { by in approvedAt.map { (by, $0) } })
    }
}
