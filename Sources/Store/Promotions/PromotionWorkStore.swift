public import Postgres
public import Promotions
public import Time

/// Promotions as those who move them write them. Whoever does holds their Stage (`StageCallStore.hold`).
public enum PromotionWorkStore {
    /// A promotion that somebody works on.
    public struct Lease: Hashable, Sendable {
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// The promotion.
        public let promotion: String
        /// A higher number than that of everybody who worked on one before.
        public let fence: Int64
    }

    private static let change = Statement(
        """
        update promotions set phase = $2, code = $3, gate = $4, progress = $5, reason = left($6, 1000), next_open = $7,
            deadline = $8, leased_until = case when $2 in ('Running', 'Verifying') then leased_until end,
            started_at = case when $2 in ('Running', 'Verifying', 'Succeeded') then coalesce(started_at, $9)
                              when $2 in ('Pending', 'Waiting') then null else started_at end,
            ended_at = case when $10 then $9 end
        where id = $1 and ended_at is null
        """)
    private static let lease = Statement(
        """
        update promotions set lease = nextval('promotion_fences'), leased_until = $2, work = $3
        where id = $1 returning lease
        """)
    private static let claim = Statement(
        """
        with abandoned as (
            select id from promotions
            where phase in ('Running', 'Verifying') and kind <> 'external' and (leased_until is null or leased_until <= $1)
            order by leased_until limit $3 for update skip locked)
        update promotions p set lease = nextval('promotion_fences'), leased_until = $2
        from abandoned where p.id = abandoned.id returning p.project, p.stage, p.id, p.lease
        """)
    private static let renew = Statement(
        """
        update promotions set leased_until = $3
        where id = $1 and lease = $2 and phase in ('Running', 'Verifying') and leased_until < $4
        """)
    private static let release = Statement(
        "update promotions set leased_until = null where id = $1 and lease = $2 and ended_at is null")

    /// Writes down where a promotion stands now.
    public static func change(
        _ promotion: Promotion, reason: String?, nextOpen: Instant? = nil, deadline: Instant? = nil, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        let kept = KeptState(promotion.state)
        let isChanged =
            try connection.execute(
                change,
                [
                    .text(promotion.id), .text(kept.phase), .textOrNull(kept.code), .textOrNull(kept.gate),
                    .textOrNull(kept.progress), .textOrNull(reason), .instantOrNull(nextOpen), .instantOrNull(deadline),
                    .instant(now), .bool(promotion.phase.isTerminal),
                ]
            ).affected == 1
        // Its Stage is held: only a mistake of ours gets here.
        guard isChanged else {
            throw PostgresError.unexpected("the promotion \(promotion.id) was changed while its Stage was held")
        }
    }

    /// Takes a promotion that has just been let in, to do this work until an instant.
    public static func lease(
        _ promotion: Promotion, of project: String, for work: [Work], until end: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Lease {
        let fence = try connection.execute(lease, [.text(promotion.id), .instant(end), .text(work.kept)])
            .first { (row) throws(PostgresError) in try row.int(0) }
        guard let fence else { throw PostgresError.unexpected("the promotion \(promotion.id) is not there") }
        return Lease(project: project, stage: promotion.stage, promotion: promotion.id, fence: fence)
    }

    /// Takes promotions over that nobody works on any more, at most so many.
    public static func claim(
        until end: Instant, limit: Int, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Lease] {
        try connection.execute(claim, [.instant(now), .instant(end), .int(Int64(limit))])
            .map { (row) throws(PostgresError) in
                Lease(
                    project: try row.text(0), stage: try row.text(1), promotion: try row.text(2),
                    fence: try row.int(3))
            }
    }

    /// Keeps a promotion until an instant, where the lease would be over before another one.
    public static func renew(
        _ lease: Lease, until end: Instant, ifOverBefore soon: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            renew, [.text(lease.promotion), .int(lease.fence), .instant(end), .instant(soon)])
    }

    /// Lets somebody else take a promotion over at once.
    public static func release(_ lease: Lease, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(release, [.text(lease.promotion), .int(lease.fence)])
    }
}
