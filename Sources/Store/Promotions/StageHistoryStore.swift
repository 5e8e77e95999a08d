public import Postgres
public import Promotions
public import Time

/// What Stages were made to run, what was current in them, and what did well there.
public enum StageHistoryStore {
    /// Freight in a Stage, and since when.
    public struct Place: Sendable {
        /// The Freight.
        public let freight: FreightStamp
        /// The promotion that brought it.
        public let promotion: String
        /// Since when.
        public let since: Instant
    }

    private static let placeColumns = "x.freight, x.warehouse, f.discovered_at, x.promotion"
    private static let current = Statement(
        """
        select \(placeColumns), x.since from occupancies x join freight f on f.project = x.project and f.id = x.freight
        where x.project = $1 and x.stage = $2 and x.until is null order by x.warehouse
        """)
    // From one Warehouse to the next by the index: however long the history is, only its ends are read.
    private static let deployed = Statement(
        """
        with recursive origins (warehouse) as (
            select min(warehouse) from deployments where project = $1 and stage = $2
            union all
            select (select min(d.warehouse) from deployments d
                    where d.project = $1 and d.stage = $2 and d.warehouse > origins.warehouse)
            from origins where origins.warehouse is not null)
        select \(placeColumns), x.at from origins cross join lateral (
            select * from deployments d
            where d.project = $1 and d.stage = $2 and d.warehouse = origins.warehouse and d.withdrawn_at is null
            order by d.at desc, d.promotion desc limit 1) x
        join freight f on f.project = x.project and f.id = x.freight order by x.warehouse
        """)
    private static let wereCurrent = Statement(
        "select distinct freight from occupancies where project = $1 and stage = $2 and freight = any($3::text[])")
    private static let noteDeployed = Statement(
        """
        insert into deployments (project, stage, warehouse, freight, promotion, at) values ($1, $2, $3, $4, $5, $6)
        on conflict (promotion) do update set at = case when deployments.withdrawn_at is null then deployments.at
                                                        else excluded.at end, withdrawn_at = null
        """)
    private static let withdraw = Statement(
        "update deployments set withdrawn_at = $2 where promotion = $1 and withdrawn_at is null")
    private static let leave = Statement(
        """
        update occupancies set until = greatest($4, since)
        where project = $1 and stage = $2 and warehouse = $3 and (freight <> $5 or displaced_at is not null)
          and until is null
        """)
    private static let displace = Statement(
        """
        update occupancies set displaced_at = greatest($6, since)
        where project = $1 and stage = $2 and warehouse = $3 and freight <> $4 and promotion <> $5 and until is null
          and displaced_at is null
        """)
    private static let restore = Statement(
        """
        update occupancies o set displaced_at = null from deployments d
        where d.promotion = $1 and o.project = d.project and o.stage = d.stage and o.warehouse = d.warehouse
          and o.until is null and o.displaced_at = greatest(d.at, o.since)
        """)
    private static let enter = Statement(
        """
        insert into occupancies (project, stage, warehouse, freight, promotion, since) values ($1, $2, $3, $4, $5, $6)
        on conflict (project, stage, warehouse) where until is null do nothing
        """)
    private static let verify = Statement(
        "insert into stage_verifications (project, freight, stage, promotion, at) values ($1, $2, $3, $4, $5)")

    /// What is current in a Stage, of each Warehouse.
    public static func current(
        in stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Place] {
        try connection.execute(current, [.text(project), .text(stage)])
            .map { (row) throws(PostgresError) in try place(row) }
    }

    /// What a Stage was made to run last, of each Warehouse.
    public static func deployed(
        in stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Place] {
        try connection.execute(deployed, [.text(project), .text(stage)])
            .map { (row) throws(PostgresError) in try place(row) }
    }

    /// Which of this Freight has ever been current in a Stage.
    public static func wereCurrent(
        _ freight: [String], in stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Set<String> {
        Set(
            try connection.execute(wereCurrent, [.text(project), .text(stage), .texts(freight)])
                .map { (row) throws(PostgresError) in try row.text(0) })
    }

    /// Notes that a Stage is made to run a Freight, from the first thing done to it: what was there soaks no more.
    public static func noteDeployed(
        _ promotion: Promotion, in project: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(noteDeployed, values(promotion, project, now))
        _ = try connection.execute(displace, values(promotion, project, now))
    }

    /// Notes that nothing had been done to the Stage after all.
    public static func withdraw(
        _ promotion: Promotion, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(withdraw, [.text(promotion.id), .instant(now)])
        _ = try connection.execute(restore, [.text(promotion.id)])
    }

    /// Makes a promotion's Freight current in its Stage, in the place of what was; Freight that is current already has been
    /// there since it came, unless other Freight was deployed over it meanwhile.
    public static func makeCurrent(
        _ promotion: Promotion, in project: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            leave,
            [
                .text(project), .text(promotion.stage), .text(promotion.freight.warehouse), .instant(now),
                .text(promotion.freight.id),
            ])
        _ = try connection.execute(enter, values(promotion, project, now))
    }

    /// Notes that a promotion's Freight did well in its Stage.
    public static func verify(
        _ promotion: Promotion, in project: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            verify,
            [
                .text(project), .text(promotion.freight.id), .text(promotion.stage), .text(promotion.id), .instant(now),
            ])
    }

    private static func values(_ promotion: Promotion, _ project: String, _ now: Instant) -> [Parameter] {
        [
            .text(project), .text(promotion.stage), .text(promotion.freight.warehouse), .text(promotion.freight.id),
            .text(promotion.id), .instant(now),
        ]
    }

    private static func place(_ row: borrowing Postgres.Row) throws(PostgresError) -> Place {
        Place(
            freight: FreightStamp(
                id: try row.text(0), warehouse: try row.text(1), discoveredAt: try row.instant(2)),
            promotion: try row.text(3), since: try row.instant(4))
    }
}
