public import Postgres
public import Promotions
import Time

/// What decides about Freight in a Stage, for several at once.
public enum FreightStanding {
    /// What is known of one Freight.
    public struct Known: Sendable {
        /// The Freight, as what holds a place for it goes by it.
        public let stamp: FreightStamp
        /// Why it goes nowhere, if somebody rejected it.
        public let rejection: String?
        /// What it was to each Stage in which it ever was anything.
        public internal(set) var stays: [String: Stay] = [:]
    }

    private static let found = Statement(
        """
        select q.project, q.name, f.id, f.warehouse, f.discovered_at, r.reason
        from unnest($1::text[], $2::text[]) as q(project, name)
        join freight f on f.project = q.project and f.id = coalesce(
            (select freight from freight_aliases where $3 and project = q.project and alias = q.name), q.name)
        left join freight_rejections r on r.project = f.project and r.freight = f.id and r.ended_at is null
        """)
    private static let stays = Statement(
        """
        with asked as (select project, freight from unnest($1::text[], $2::text[]) as q(project, freight)),
        verified as (
            select project, freight, stage, min(at) as at from stage_verifications
            where (project, freight) in (select * from asked) and revoked_at is null group by project, freight, stage),
        kept as (
            select project, freight, stage, max(coalesce(displaced_at, until) - since) as longest,
                   max(since) filter (where until is null and displaced_at is null) as since
            from occupancies where (project, freight) in (select * from asked) group by project, freight, stage)
        select project, freight, stage, v.at, (extract(epoch from k.longest) * 1000000)::bigint, k.since
        from verified v full join kept k using (project, freight, stage)
        """)
    private static let approvals = Statement(
        """
        select a.project, a.stage, a.freight, s.name, a.at, array(
            select w.name from subjects w where w.id = a.subject or w.id in (select token_makers(a.token))
                                             or w.id in (select robots_of(a.subject)))
        from freight_approvals a join subjects s on s.id = a.subject
        where (a.project, a.stage, a.freight) in (select * from unnest($1::text[], $2::text[], $3::text[]))
          and a.revoked_at is null and a.used_by is null
        order by a.at, a.id
        """)

    /// What is known of Freight of a project; what is not there is not answered.
    public static func known(
        of freight: [String], in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Known] {
        let known = try known(of: Set(freight.map { FreightKey($0, of: project) }), byAlias: false, connection)
        return Dictionary(known.map { ($0.key.name, $0.value) }) { first, _ in first }
    }

    /// What is known of Freight, which may be named by aliases that it has or had; what is not there is not answered.
    public static func known(
        by names: Set<FreightKey>, _ connection: borrowing Connection
    ) throws(PostgresError) -> [FreightKey: Known] {
        try known(of: names, byAlias: true, connection)
    }

    private static func known(
        of names: Set<FreightKey>, byAlias: Bool, _ connection: borrowing Connection
    ) throws(PostgresError) -> [FreightKey: Known] {
        guard !names.isEmpty else { return [:] }
        let asked: [Parameter] = [.texts(names.map(\.project)), .texts(names.map(\.name)), .bool(byAlias)]
        let rows = try connection.execute(found, asked).map { (row) throws(PostgresError) in
            (
                FreightKey(try row.text(1), of: try row.text(0)),
                Known(
                    stamp: FreightStamp(
                        id: try row.text(2), warehouse: try row.text(3), discoveredAt: try row.instant(4)),
                    rejection: try row.textOrNil(5))
            )
        }
        let stays = try stays(of: Set(rows.map { FreightKey($1.stamp.id, of: $0.project) }), connection)
        var known: [FreightKey: Known] = [:]
        for (name, var entry) in rows {
            entry.stays = stays[FreightKey(entry.stamp.id, of: name.project), default: [:]]
            known[name] = entry
        }
        return known
    }

    private static func stays(
        of freight: Set<FreightKey>, _ connection: borrowing Connection
    ) throws(PostgresError) -> [FreightKey: [String: Stay]] {
        guard !freight.isEmpty else { return [:] }
        var found: [FreightKey: [String: Stay]] = [:]
        let asked: [Parameter] = [.texts(freight.map(\.project)), .texts(freight.map(\.name))]
        for (key, stage, stay) in try connection.execute(stays, asked).map({ (row) throws(PostgresError) in
            (
                FreightKey(try row.text(1), of: try row.text(0)), try row.text(2),
                Stay(
                    verifiedAt: try row.instantOrNil(3), longest: try row.intOrNil(4).map(TimeSpan.init(microseconds:)),
                    currentSince: try row.instantOrNil(5))
            )
        }) { found[key, default: [:]][stage] = stay }
        return found
    }

    /// A yes that counts, unless one of those behind it wants the Freight in.
    public struct Yes: Sendable {
        /// Whose it is, and since when.
        public let approval: FreightFacts.Approval
        /// Whoever gave it, all who made the token with which they did, or one with which it was made, and the robots for
        /// which whoever gave it stands.
        public let behind: [String]

        /// Whether it counts where that subject wants the Freight in.
        public func counts(for requester: String?) -> Bool {
            requester.map { !behind.contains($0) } ?? true
        }
    }

    /// Who said yes to Freight in a Stage.
    public static func approvals(
        of freight: [String], in stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: [Yes]] {
        let stage = StageKey(stage, of: project)
        let approvals = try approvals(of: Set(freight.map { PassageKey($0, in: stage) }), connection)
        return Dictionary(approvals.map { ($0.key.freight, $0.value) }) { first, _ in first }
    }

    /// Who said yes to each Freight in its Stage.
    public static func approvals(
        of passages: Set<PassageKey>, _ connection: borrowing Connection
    ) throws(PostgresError) -> [PassageKey: [Yes]] {
        guard !passages.isEmpty else { return [:] }
        let asked: [Parameter] = [
            .texts(passages.map(\.stage.project)), .texts(passages.map(\.stage.stage)), .texts(passages.map(\.freight)),
        ]
        let rows = try connection.execute(approvals, asked)
            .map { (row) throws(PostgresError) in
                let approval = FreightFacts.Approval(subject: try row.text(3), at: try row.instant(4))
                let stage = StageKey(try row.text(1), of: try row.text(0))
                return (
                    PassageKey(try row.text(2), in: stage), Yes(approval: approval, behind: try row.texts(5))
                )
            }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }
}
