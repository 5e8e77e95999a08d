public import Identity
public import Postgres
public import Time

/// Where nothing is promoted by itself, until somebody lets it go on.
public enum HoldStore {
    /// Somebody's word that nothing of a Warehouse goes into a Stage by itself.
    public struct Hold: Sendable {
        /// The Warehouse.
        public let warehouse: String
        /// Who.
        public let by: String
        /// Since when.
        public let at: Instant
        /// Why.
        public let reason: String
    }

    private static let holds = Statement(
        """
        select h.warehouse, s.name, h.at, h.reason from promotion_holds h join subjects s on s.id = h.by
        where h.project = $1 and h.stage = $2 and h.ended_at is null order by h.warehouse
        """)
    private static let hold = Statement(
        """
        insert into promotion_holds (project, stage, warehouse, at, by, reason, promotion)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (project, stage, warehouse) where ended_at is null do update
            set promotion = null, at = excluded.at, by = excluded.by, reason = excluded.reason
            where promotion_holds.promotion is not null and excluded.promotion is null
        """)
    // Another one that is still on its way, and would hold too, takes it over.
    private static let bequeath = Statement(
        """
        update promotion_holds h set promotion = heir.id
        from (select p.id from promotions p join promotion_holds o on o.promotion = $1 and o.ended_at is null
              where p.project = o.project and p.stage = o.stage and p.warehouse = o.warehouse and p.ended_at is null
                and p.holds_origin and p.id <> $1
              order by p.requested_at desc limit 1) heir
        where h.promotion = $1 and h.ended_at is null
        """)
    private static let release = Statement(
        """
        update promotion_holds set ended_at = $2, ended_by = by, ended_why = 'nothing has come of ' || promotion
        where promotion = $1 and ended_at is null
        """)
    private static let resume = Statement(
        """
        update promotion_holds set ended_at = $4, ended_by = $5, ended_why = $6
        where project = $1 and stage = $2 and warehouse = $3 and ended_at is null
        """)

    /// What holds in a Stage, by the names of the Warehouses.
    public static func holds(
        in stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Hold] {
        try connection.execute(holds, [.text(project), .text(stage)]).map { (row) throws(PostgresError) in
            Hold(
                warehouse: try row.text(0), by: try row.text(1), at: try row.instant(2), reason: try row.text(3))
        }
    }

    /// The Warehouses whose Freight does not go into a Stage by itself.
    public static func held(
        _ stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Set<String> {
        Set(try holds(in: stage, of: project, connection).map(\.warehouse))
    }

    /// Lets nothing of a Warehouse go into a Stage by itself; false where that holds already.
    @discardableResult
    public static func hold(
        _ stage: String, of project: String, warehouse: String, by subject: Subject, because reason: String,
        with promotion: String? = nil, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            hold,
            [
                .text(project), .text(stage), .text(warehouse), .instant(now), .int(subject.id), .text(reason),
                .textOrNull(promotion),
            ]
        ).affected == 1
    }

    /// Lets Freight of a Warehouse go into a Stage by itself again; false where nothing held it.
    public static func resume(
        _ stage: String, of project: String, warehouse: String, by subject: Subject, because reason: String,
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            resume,
            [
                .text(project), .text(stage), .text(warehouse), .instant(now), .int(subject.id), .text(reason),
            ]
        ).affected == 1
    }

    /// Ends what a promotion held, since nothing has come of it; false if it held nothing, or others hold on to it.
    public static func release(
        _ promotion: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        guard try connection.execute(bequeath, [.text(promotion)]).affected == 0 else { return false }
        return try connection.execute(release, [.text(promotion), .instant(now)]).affected > 0
    }
}
