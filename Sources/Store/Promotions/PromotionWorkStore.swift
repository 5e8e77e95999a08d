public import Postgres
public import Promotions
public import Time

/// Promotions that somebody works on: looked at Stage by Stage, and changed only by whoever holds the last lease.
public enum PromotionWorkStore {
    // A Stage that somebody looks at is held by its promotions; who comes then looks at it after them.
    private static let due = Statement(
        """
        select distinct project, stage from promotions
        where ended_at is null and (look_at <= $1 or $2 and phase in ('Pending', 'Waiting')) order by project, stage
        """)
    private static let hold = Statement(
        """
        select \(PromotionStore.columns) where p.project = $1 and p.stage = $2 and p.ended_at is null
        order by p.requested_at, p.id for update of p
        """)
    private static let change = Statement(
        """
        update promotions set phase = $3, code = $4, gate = $5, progress = $6, reason = $7, look_at = $8,
            leased_until = null,
            started_at = case when $3 in ('Running', 'Verifying', 'Succeeded') then coalesce(started_at, $9)
                              when $3 in ('Pending', 'Waiting') then null else started_at end,
            ended_at = case when $10 then $9 end
        where id = $1 and lease = $2 and ended_at is null
        """)
    // Also what seems to be due already: somebody may be looking at it who has not seen what this is about, and is about to
    // write down that nothing is due for long. The lock waits for them.
    private static let wake = Statement(
        """
        with held as (
            select id from promotions
            where project = $1 and ($3::text is null or stage = $3) and phase in ('Pending', 'Waiting')
              and ended_at is null
            order by stage, requested_at, id for update)
        update promotions p set look_at = $2 from held where p.id = held.id
        """)
    private static let nextLook = Statement("select min(look_at) from promotions where ended_at is null")

    /// The Stages into which a promotion is due to be looked at; where everything may have changed, all that are waited for.
    public static func due(
        at now: Instant, evenIfNotDue: Bool, _ connection: borrowing Connection
    ) throws(PostgresError) -> [(project: String, stage: String)] {
        try connection.execute(due, [.instant(now), .bool(evenIfNotDue)])
            .map { (row) throws(PostgresError) in (try row.text(0), try row.text(1)) }
    }

    /// The unfinished promotions into a Stage, held until this transaction ends.
    public static func holdUnfinished(
        into stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [PromotionStore.Row] {
        try connection.execute(hold, [.text(project), .text(stage)])
            .map { (row) throws(PostgresError) in try PromotionStore.read(row) }
    }

    /// Writes down where a promotion stands now; false if somebody else has leased it since.
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

    /// Lets those that wait in a project, or into one Stage of it, be looked at again.
    ///
    /// Whoever holds promotions into one Stage must not wake another: two that did would wait for one another.
    public static func wake(
        _ project: String, stage: String? = nil, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(wake, [.text(project), .instant(now), .textOrNull(stage)])
    }

    /// When the next one is due.
    public static func nextLook(_ connection: borrowing Connection) throws(PostgresError) -> Instant? {
        try connection.execute(nextLook).first { (row) throws(PostgresError) in try row.instantOrNil(0) } ?? nil
    }
}
