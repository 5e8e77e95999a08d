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
        with asked as (select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as q(project, stage, freight, token))
        select a.project, a.stage, a.freight, s.name, a.at, array(
            select q.token from asked q
            where (q.project, q.stage, q.freight) = (a.project, a.stage, a.freight) and q.token <> ''
              and are_one_person(a.token, q.token))
        from freight_approvals a join subjects s on s.id = a.subject
        where (a.project, a.stage, a.freight) in (select project, stage, freight from asked)
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

    /// A yes that counts, unless whoever gave it wants the Freight in themselves.
    public struct Yes: Sendable {
        /// Whose it is, and since when.
        public let approval: FreightFacts.Approval
        /// With which of the tokens that ask for the Freight whoever gave it may have asked themselves.
        let own: [String]

        /// Whether it counts where the Freight was asked for with that token; nothing if nobody asked.
        public func counts(forAsker token: String?) -> Bool {
            token.map { !own.contains($0) } ?? true
        }
    }

    /// Who said yes to Freight in a Stage, and for which of some tokens that ask for it that does not count.
    public static func approvals(
        of freight: [String], in stage: String, of project: String, askedWith tokens: [String],
        _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: [Yes]] {
        let stage = StageKey(stage, of: project)
        let asked = freight.map { (PassageKey($0, in: stage), Set(tokens)) }
        let approvals = try approvals(of: Dictionary(asked) { first, _ in first }, connection)
        return Dictionary(approvals.map { ($0.key.freight, $0.value) }) { first, _ in first }
    }

    /// Who said yes to each Freight in its Stage, and for which of the tokens that ask for it there that does not count.
    public static func approvals(
        of passages: [PassageKey: Set<String>], _ connection: borrowing Connection
    ) throws(PostgresError) -> [PassageKey: [Yes]] {
        guard !passages.isEmpty else { return [:] }
        let pairs = passages.flatMap { key, tokens in (tokens.isEmpty ? [""] : tokens).map { (key: key, token: $0) } }
        let asked: [Parameter] = [
            .texts(pairs.map(\.key.stage.project)), .texts(pairs.map(\.key.stage.stage)),
            .texts(pairs.map(\.key.freight)), .texts(pairs.map(\.token)),
        ]
        let rows = try connection.execute(approvals, asked)
            .map { (row) throws(PostgresError) in
                let approval = FreightFacts.Approval(subject: try row.text(3), at: try row.instant(4))
                let stage = StageKey(try row.text(1), of: try row.text(0))
                return (
                    PassageKey(try row.text(2), in: stage), Yes(approval: approval, own: try row.texts(5))
                )
            }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }
}
