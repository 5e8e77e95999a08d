public import Identity
public import Postgres
public import Time

/// Where nothing is promoted by itself, until somebody lets it go on.
public enum HoldStore {
    private static let isHeld = Statement(
        """
        select exists (select from promotion_holds
                       where project = $1 and stage = $2 and warehouse = $3 and ended_at is null)
        """)
    private static let held = Statement(
        "select warehouse from promotion_holds where project = $1 and stage = $2 and ended_at is null")
    private static let hold = Statement(
        """
        insert into promotion_holds (project, stage, warehouse, at, by, reason) values ($1, $2, $3, $4, $5, $6)
        on conflict do nothing
        """)

    /// Whether Freight of a Warehouse does not go into a Stage by itself.
    public static func isHeld(
        _ stage: String, of project: String, warehouse: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(isHeld, [.text(project), .text(stage), .text(warehouse)])
            .first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }

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
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            hold,
            [
                .text(project), .text(stage), .text(warehouse), .instant(now), .int(subject.id), .text(reason),
            ])
    }
}
