public import Identity
public import Postgres
public import Time

/// People's yes to Freight in a Stage.
public enum ApprovalStore {
    /// A person's yes.
    public struct Approval: Sendable {
        /// Its name.
        public let id: String
        /// The Freight.
        public let freight: String
        /// The Stage.
        public let stage: String
        /// Who.
        public let by: String
        /// When.
        public let at: Instant
        /// What they said.
        public let note: String
        /// Why it counts no more, if somebody took it back.
        public let revocation: Revocation?
        /// The promotion that was let in by it and succeeded, if one was.
        public let usedBy: String?
    }

    /// Somebody's word that a yes counts no more.
    public struct Revocation: Sendable {
        /// Who.
        public let by: String
        /// When.
        public let at: Instant
        /// Why.
        public let reason: String
    }

    private static let columns = """
        a.id, a.freight, a.stage, s.name, a.at, a.note, r.name, a.revoked_at, a.revoked_why, a.used_by
        from freight_approvals a join subjects s on s.id = a.subject left join subjects r on r.id = a.revoked_by
        """
    private static let all = Statement(
        "select \(columns) where a.project = $1 and a.freight = $2 order by a.at, a.id")
    private static let valid = Statement(
        """
        select \(columns) where a.project = $1 and a.freight = any($2) and a.revoked_at is null and a.used_by is null order by a.at, a.id
        """)
    private static let insert = Statement(
        """
        insert into freight_approvals (id, project, freight, stage, subject, token, at, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """)
    private static let useUp = Statement(
        """
        update freight_approvals set used_by = $4
        where project = $1 and freight = $2 and stage = $3 and revoked_at is null and used_by is null
        """)
    private static let revoke = Statement(
        """
        update freight_approvals set revoked_at = $4, revoked_by = $5, revoked_why = $6
        where project = $1 and freight = $2 and id = $3 and revoked_at is null and used_by is null
        """)

    /// All that were ever given to a Freight, also those that were taken back.
    public static func all(
        of freight: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Approval] {
        try connection.execute(all, [.text(project), .text(freight)])
            .map { (row) throws(PostgresError) in try read(row) }
    }

    /// Those that nobody took back, of some Freight.
    public static func valid(
        of freight: [String], in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Approval] {
        try connection.execute(valid, [.text(project), .texts(freight)])
            .map { (row) throws(PostgresError) in try read(row) }
    }

    /// Notes that somebody says yes.
    public static func add(
        _ id: String, to freight: String, in stage: String, of project: String, by token: Token, note: String,
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(id), .text(project), .text(freight), .text(stage), .int(token.subject.id), .text(token.id),
                .instant(now), .text(note),
            ])
    }

    /// Lets those that let a promotion in count for no other.
    public static func useUp(
        by promotion: String, of freight: String, in stage: String, of project: String,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(useUp, [.text(project), .text(freight), .text(stage), .text(promotion)])
    }

    /// Lets a yes count no more; false if it did not.
    public static func revoke(
        _ id: String, of freight: String, in project: String, by subject: Subject, because reason: String,
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            revoke,
            [
                .text(project), .text(freight), .text(id), .instant(now), .int(subject.id), .text(reason),
            ]
        ).affected == 1
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Approval {
        let revocation: Revocation?
        if let at = try row.instantOrNil(7) {
            revocation = Revocation(by: try row.text(6), at: at, reason: try row.text(8))
        } else {
            revocation = nil
        }
        return Approval(
            id: try row.text(0), freight: try row.text(1), stage: try row.text(2), by: try row.text(3),
            at: try row.instant(4), note: try row.text(5), revocation: revocation,
            usedBy: try row.textOrNil(9))
    }
}
