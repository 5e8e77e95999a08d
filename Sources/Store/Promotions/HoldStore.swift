public import Identity
public import Postgres
public import Time

/// Where nothing is promoted by itself, until somebody lets it go on.
public enum HoldStore {
    private static let held = Statement(
        "select warehouse from promotion_holds where project = $1 and stage = $2 and ended_at is null")
    private static let hold = Statement(
        """
        insert into promotion_holds (project, stage, warehouse, at, by, reason, promotion)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """)
    private static let release = Statement(
        "update promotion_holds set ended_at = $2 where promotion = $1 and ended_at is null")

    /// The Warehouses whose Freight does not go into a Stage by itself.
    public static func held(
        _ stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Set<String> {
        Set(
            try connection.execute(held, [.text(project), .text(stage)])
                .map { (row) throws(PostgresError) in try row.text(0) })
    }

    /// Lets nothing of a Warehouse go into a Stage by itself; nothing changes where that holds already.
    public static func hold(
        _ stage: String, of project: String, warehouse: String, by subject: Subject, because reason: String,
        with promotion: String? = nil, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            hold,
            [
                .text(project), .text(stage), .text(warehouse), .instant(now), .int(subject.id), .text(reason),
                .textOrNull(promotion),
            ])
    }

    /// Ends what a promotion held, since nothing has come of it.
    public static func release(
        _ promotion: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(release, [.text(promotion), .instant(now)])
    }
}
