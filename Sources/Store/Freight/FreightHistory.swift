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

    /// Where it did well, and where it is.
    public struct Standing: Sendable {
        /// Where it did well, each Stage with the first time that still counts.
        public fileprivate(set) var verifications: [Verification] = []
        /// Where it is current.
        public fileprivate(set) var stages: [String] = []

        /// That of Freight that is and was nowhere.
        public init() {}
    }

    private static let verifications = Statement(
        """
        select stage, min(at) from stage_verifications
        where project = $1 and freight = $2 and revoked_at is null group by stage order by stage
        """)
    private static let occupancies = Statement(
        "select stage, since, until from occupancies where project = $1 and freight = $2 order by since, stage")
    private static let manyVerifications = Statement(
        """
        select freight, stage, min(at) from stage_verifications
        where project = $1 and freight = any($2) and revoked_at is null group by freight, stage order by freight, stage
        """)
    private static let manyStages = Statement(
        """
        select freight, stage from occupancies
        where project = $1 and freight = any($2) and until is null order by freight, stage
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

    /// Who said yes to it, and did not take that back.
    public static func approvals(
        of freight: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [ApprovalStore.Approval] {
        try ApprovalStore.valid(of: [freight], in: project, connection)
    }

    /// Where each of some Freight did well, and where it is; what is absent is and was nowhere.
    public static func standings(
        of freight: [String], in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Standing] {
        var standings: [String: Standing] = [:]
        let verified = try connection.execute(manyVerifications, [.text(project), .texts(freight)])
            .map { (row) throws(PostgresError) in
                (freight: try row.text(0), at: Verification(stage: try row.text(1), at: try row.instant(2)))
            }
        for (freight, verification) in verified {
            standings[freight, default: Standing()].verifications.append(verification)
        }
        let places = try connection.execute(manyStages, [.text(project), .texts(freight)])
            .map { (row) throws(PostgresError) in (freight: try row.text(0), stage: try row.text(1)) }
        for (freight, stage) in places { standings[freight, default: Standing()].stages.append(stage) }
        return standings
    }
}
