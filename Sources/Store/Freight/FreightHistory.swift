public import Postgres
public import Time

/// What has become of a Freight in the Stages of its project.
public enum FreightHistory {
    /// A Stage's word that it did well there.
    public struct Verification: Sendable {
        /// The Stage.
        public let stage: String
        /// When.
        public let at: Instant
    }

    /// A time during which it was current in a Stage.
    public struct Occupancy: Sendable {
        /// The Stage.
        public let stage: String
        /// From when.
        public let since: Instant
        /// Until when; nothing means that it still is.
        public let until: Instant?
    }

    /// A person's yes to it in a Stage.
    public struct Approval: Sendable {
        /// The approval's name.
        public let id: String
        /// The Stage.
        public let stage: String
        /// Who.
        public let by: String
        /// When.
        public let at: Instant
        /// What they said.
        public let note: String
    }

    private static let verifications = Statement(
        """
        select stage, min(at) from stage_verifications
        where project = $1 and freight = $2 and revoked_at is null group by stage order by stage
        """)
    private static let occupancies = Statement(
        "select stage, since, until from occupancies where project = $1 and freight = $2 order by since, stage")
    private static let approvals = Statement(
        """
        select a.id, a.stage, s.name, a.at, a.note from freight_approvals a join subjects s on s.id = a.subject
        where a.project = $1 and a.freight = $2 order by a.at, a.id
        """)

    /// Where it did well, each Stage with the first time that still counts.
    public static func verifications(
        of freight: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Verification] {
        try connection.execute(verifications, [.text(project), .text(freight)]).map { (row) throws(PostgresError) in
            Verification(stage: try row.text(0), at: try row.instant(1))
        }
    }

    /// Where it was current, in the order in which that began.
    public static func occupancies(
        of freight: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Occupancy] {
        try connection.execute(occupancies, [.text(project), .text(freight)]).map { (row) throws(PostgresError) in
            Occupancy(stage: try row.text(0), since: try row.instant(1), until: try row.instantOrNil(2))
        }
    }

    /// Who said yes to it, and where.
    public static func approvals(
        of freight: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Approval] {
        try connection.execute(approvals, [.text(project), .text(freight)]).map { (row) throws(PostgresError) in
            Approval(
                id: try row.text(0), stage: try row.text(1), by: try row.text(2), at: try row.instant(3),
                note: try row.text(4))
        }
    }
}
