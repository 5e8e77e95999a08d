public import Postgres
public import Promotions
public import Time

/// Promotions that somebody works on: claimed for a while, and changed only by whoever holds the last claim.
public enum PromotionWorkStore {
    // The oldest first; what another server is about to take is left to it.
    private static let claim = Statement(
        """
        with due as (
            select id from promotions
            where ended_at is null and (leased_until is null or leased_until <= $1)
              and (look_at <= $1 or $4 and phase in ('Pending', 'Waiting'))
            order by look_at limit $3 for update skip locked)
        update promotions p set lease = p.lease + 1, leased_until = $2 from due where p.id = due.id
        returning p.project, p.id
        """)
    private static let hold = Statement(
        "select \(PromotionStore.columns) where p.project = $1 and p.id = $2 for update of p")
    private static let change = Statement(
        """
        update promotions set phase = $3, code = $4, gate = $5, progress = $6, reason = $7, look_at = $8,
            leased_until = null,
            started_at = case when $3 in ('Running', 'Verifying', 'Succeeded') then coalesce(started_at, $9)
                              when $3 in ('Pending', 'Waiting') then null else started_at end,
            ended_at = case when $10 then $9 end
        where id = $1 and lease = $2 and ended_at is null
        """)
    private static let wake = Statement(
        """
        update promotions set look_at = $2
        where project = $1 and phase in ('Pending', 'Waiting') and ended_at is null and (look_at is null or look_at > $2)
        """)
    private static let nextLook = Statement("select min(look_at) from promotions where ended_at is null")

    /// Claims those that are due, until an instant; where everything has changed, also those that only wait.
    public static func claim(
        at now: Instant, until: Instant, limit: Int, evenIfNotDue: Bool, _ connection: borrowing Connection
    ) throws(PostgresError) -> [(project: String, id: String)] {
        try connection.execute(claim, [.instant(now), .instant(until), .int(Int64(limit)), .bool(evenIfNotDue)])
            .map { (row) throws(PostgresError) in (try row.text(0), try row.text(1)) }
    }

    /// A promotion, held until this transaction ends.
    public static func hold(
        _ id: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> PromotionStore.Row? {
        try connection.execute(hold, [.text(project), .text(id)])
            .first { (row) throws(PostgresError) in try PromotionStore.read(row) }
    }

    /// Writes down where a promotion stands now, and gives up the claim; false if somebody else has claimed it since.
    public static func change(
        _ promotion: Promotion, lease: Int64, reason: String?, lookAt: Instant?, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        let kept = KeptState(promotion.state)
        return try connection.execute(
            change,
            [
                .text(promotion.id), .int(lease), .text(kept.phase), .textOrNull(kept.code), .textOrNull(kept.gate),
                .textOrNull(kept.progress), .textOrNull(reason), .instantOrNull(lookAt), .instant(now),
                .bool(promotion.phase.isTerminal),
            ]
        ).affected == 1
    }

    /// Lets those that wait in a project be looked at again.
    public static func wake(
        _ project: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(wake, [.text(project), .instant(now)])
    }

    /// When the next one is due.
    public static func nextLook(_ connection: borrowing Connection) throws(PostgresError) -> Instant? {
        try connection.execute(nextLook).first { (row) throws(PostgresError) in try row.instantOrNil(0) } ?? nil
    }
}
