public import Postgres
public import Promotions
public import Time

extension OverrideStore {
    /// Leave to pass gates that has been given, and for whom.
    public struct Grant: Sendable {
        /// The leave.
        public let override: Override
        /// The Freight that it is for, and the Stage.
        public let passage: PassageKey
        /// The only promotion that may use it, if one was named.
        public let promotion: String?
        /// The promotion that has used it, if one has.
        public let usedBy: String?
        /// Since when it could be used.
        public let approvedAt: Instant
        /// How many others agreed to it.
        public let agreed: Int
    }

    private static let grants = Statement(
        """
        select o.id, o.bypasses, o.covers_unknown, o.freight, o.promotion, o.consumed_by, o.approved_at,
               (select count(*) from override_approvals a where a.override = o.id), o.project, o.stage
        from overrides o
        where (o.project, o.stage, o.freight) in (select * from unnest($1::text[], $2::text[], $3::text[])) and o.ended_at is null
          and (o.consumed_at is null and o.use_by > $4 or o.covers_until > $4)
        order by o.consumed_at, o.requested_at desc
        """)
    private static let inherits = Statement(
        """
        with recursive tries as (
            select $2::text as id
            union all
            select p.id from tries t join promotions p on p.retry_of = t.id)
        select exists (select from tries where id = $1)
           and not exists (select from tries t join deployments d on d.promotion = t.id
                           where t.id <> $1 and d.withdrawn_at is null)
        """)

    /// The leave given for each Freight in its Stage that counts at an instant, used or not; what was used comes first.
    public static func grants(
        for passages: Set<PassageKey>, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Grant] {
        guard !passages.isEmpty else { return [] }
        return try connection.execute(
            grants,
            [
                .texts(passages.map(\.stage.project)), .texts(passages.map(\.stage.stage)),
                .texts(passages.map(\.freight)), .instant(now),
            ]
        ).map { (row) throws(PostgresError) in
            let usedBy = try row.textOrNil(5)
            let stage = StageKey(try row.text(9), of: try row.text(8))
            return Grant(
                override: Override(
                    id: try row.text(0), covers: Set(try row.texts(1)), coversUnknown: try row.bool(2),
                    state: usedBy == nil ? .approved : .consumed),
                passage: PassageKey(try row.text(3), in: stage), promotion: try row.textOrNil(4), usedBy: usedBy,
                approvedAt: try row.instant(6), agreed: Int(try row.int(7)))
        }
    }

    /// Whether a promotion was asked for in the place of one, or of another that was, of which none did anything that cannot
    /// be undone.
    public static func inherits(
        _ promotion: String, from earlier: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(inherits, [.text(promotion), .text(earlier)])
            .first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }
}
