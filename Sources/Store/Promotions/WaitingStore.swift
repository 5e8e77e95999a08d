public import Identity
public import Postgres
public import Promotions
public import Time

/// What waits anywhere: promotions that were asked for and have not been let in.
public enum WaitingStore {
    /// A promotion that waits.
    public struct Row: Sendable {
        /// The project.
        public let project: String
        /// The promotion's name.
        public let id: String
        /// The Stage that it wants into.
        public let stage: String
        /// The Freight's ID.
        public let freight: String
        /// The Freight's alias.
        public let alias: String
        /// Who wants it.
        public let kind: Promotion.Kind
        /// `Pending` before its gates have been asked, else `Waiting`.
        public let phase: Promotion.Phase
        /// What it waits for.
        public let code: String?
        /// The same in a sentence.
        public let reason: String?
        /// Who asked for it; nothing if nobody did.
        public let requester: String?
        /// Since when it has been wanted.
        public let since: Instant
        /// How long it waits; nothing means for ever.
        public let waitUntil: Instant?
    }

    // The index on what is to be done holds all that have not ended, and they are few.
    private static let page = Statement(
        """
        select p.project, p.id, p.stage, p.freight, a.alias, p.kind, p.phase, p.code, p.reason, s.name, p.requested_at,
               p.wait_until
        from promotions p
        join freight_aliases a on a.project = p.project and a.freight = p.freight and a.is_current
        left join subjects s on s.id = p.requested_by
        where p.ended_at is null and p.phase in ('Pending', 'Waiting')
          and ($1::text is null or (p.requested_at, p.id) > (select q.requested_at, q.id from promotions q where q.id = $1))
          and ($3::text[] is null or p.project = any ($3)) and ($4::text[] is null or p.stage = any ($4))
        order by p.requested_at, p.id limit $2
        """)

    /// What waits where a grant reaches, the oldest first, from after the one given.
    public static func page(
        within grant: Grant, after: String?, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(
            page,
            [
                .textOrNull(after), .int(Int64(limit)), grant.projects.map { .texts($0.sorted()) } ?? .null,
                grant.stages.map { .texts($0.sorted()) } ?? .null,
            ]
        ).map { (row) throws(PostgresError) in try read(row) }
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        let id = try row.text(1)
        guard let kind = Promotion.Kind(rawValue: try row.text(5)),
            let phase = Promotion.Phase(rawValue: try row.text(6))
        else { throw PostgresError.unexpected("the promotion \(id) cannot be read") }
        return Row(
            project: try row.text(0), id: id, stage: try row.text(2), freight: try row.text(3),
            alias: try row.text(4), kind: kind, phase: phase, code: try row.textOrNil(7),
            reason: try row.textOrNil(8), requester: try row.textOrNil(9), since: try row.instant(10),
            waitUntil: try row.instantOrNil(11))
    }
}
