public import Postgres

extension OverrideStore {
    // What a promotion used up says so itself. What it had from an earlier try, in the place of which it was asked for, only
    // its events tell: there it is named, with whether a gate needed it.
    private static let uses = Statement(
        """
        with told as (
            select promotion, code, convert_from(event, 'UTF8')::json -> 'details' as details from audit_events
            where promotion = any($1::text[]) and code in ('promotion.started', 'decision.allowed')),
        uses (promotion, override) as (
            select consumed_by, id from overrides where consumed_by = any($1::text[])
            union
            select promotion, details #>> '{override,id}' from told
            where code = 'promotion.started' and details #>> '{override,needed}' = 'true'
            union
            select promotion, details ->> 'override' from told
            where code = 'decision.allowed' and json_array_length(details -> 'covers') > 0)
        select u.promotion, u.override from uses u join overrides o on o.id = u.override
        where o.consumed_at is not null
        """)

    /// Those by which promotions were let past closed gates, by promotion, the first used first: what each used up, and what
    /// an earlier try had used that it was asked for in the place of.
    public static func used(
        by promotions: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: [Row]] {
        guard !promotions.isEmpty else { return [:] }
        let uses = try connection.execute(uses, [.texts(promotions)]).map { (row) throws(PostgresError) in
            (promotion: try row.text(0), override: try row.text(1))
        }
        let rows = try overrides(named: Array(Set(uses.map(\.override))), connection)
        let names = Dictionary(grouping: uses, by: \.promotion).mapValues { Set($0.map(\.override)) }
        return names.mapValues { names in rows.filter { names.contains($0.id) } }
    }
}
