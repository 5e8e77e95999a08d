public import Postgres
public import Promotions
import Time

/// What decides about Freight in a Stage, for several at once.
public enum FreightStanding {
    /// What is known of one Freight.
    public struct Known: Sendable {
        /// Its Warehouse.
        public let warehouse: String
        /// Why it goes nowhere, if somebody rejected it.
        public let rejection: String?
        /// What it was to each Stage in which it ever was anything.
        public internal(set) var stays: [String: Stay] = [:]
    }

    private static let found = Statement(
        """
        select f.id, f.warehouse, r.reason from freight f
        left join freight_rejections r on r.project = f.project and r.freight = f.id and r.ended_at is null
        where f.project = $1 and f.id = any($2::text[])
        """)
    private static let stays = Statement(
        """
        with verified as (
            select freight, stage, min(at) as at from stage_verifications
            where project = $1 and freight = any($2::text[]) and revoked_at is null group by freight, stage),
        kept as (
            select freight, stage, max(coalesce(displaced_at, until) - since) as longest,
                   max(since) filter (where until is null and displaced_at is null) as since
            from occupancies where project = $1 and freight = any($2::text[]) group by freight, stage)
        select freight, stage, v.at, (extract(epoch from k.longest) * 1000000)::bigint, k.since
        from verified v full join kept k using (freight, stage)
        """)
    private static let approvals = Statement(
        """
        select a.freight, s.name, a.at, array(
            select t.id from unnest($4::text[]) as t (id) where are_one_person(a.token, t.id))
        from freight_approvals a join subjects s on s.id = a.subject
        where a.project = $1 and a.stage = $2 and a.freight = any($3::text[]) and a.revoked_at is null
          and a.used_by is null
        order by a.at, a.id
        """)

    /// What is known of Freight; what is not there is not answered.
    public static func known(
        of freight: [String], in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Known] {
        guard !freight.isEmpty else { return [:] }
        let parameters: [Parameter] = [.text(project), .texts(freight)]
        var known: [String: Known] = [:]
        for (id, entry) in try connection.execute(found, parameters).map({ (row) throws(PostgresError) in
            (try row.text(0), Known(warehouse: try row.text(1), rejection: try row.textOrNil(2)))
        }) { known[id] = entry }
        for (id, stage, stay) in try connection.execute(stays, parameters).map({ (row) throws(PostgresError) in
            (
                try row.text(0), try row.text(1),
                Stay(
                    verifiedAt: try row.instantOrNil(2), longest: try row.intOrNil(3).map(TimeSpan.init(microseconds:)),
                    currentSince: try row.instantOrNil(4))
            )
        }) { known[id]?.stays[stage] = stay }
        return known
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
        guard !freight.isEmpty else { return [:] }
        let rows = try connection.execute(
            approvals, [.text(project), .text(stage), .texts(freight), .texts(tokens)]
        ).map { (row) throws(PostgresError) in
            let approval = FreightFacts.Approval(subject: try row.text(1), at: try row.instant(2))
            return (try row.text(0), Yes(approval: approval, own: try row.texts(3)))
        }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }
}
