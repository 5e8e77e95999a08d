public import Identity
import JSON
public import Postgres
public import Promotions
public import Time

/// Releases, by their names.
public enum FreightStore {
    /// A Freight, as it is kept.
    public struct Row: Sendable {
        /// The Freight.
        public let freight: Freight
        /// Its place in the order of discovery.
        public let number: Int64
        /// Who made it by hand; nothing if its Warehouse found it.
        public let madeBy: String?
        /// Why it is wanted nowhere, if somebody rejected it.
        public let rejection: Rejection?
    }

    /// Somebody's word that a Freight goes nowhere.
    public struct Rejection: Sendable {
        /// When.
        public let at: Instant
        /// Who.
        public let by: String
        /// Why.
        public let reason: String
    }

    /// What of a project's Freight is looked for.
    public struct Search: Sendable {
        /// The Warehouse that it comes from.
        public var warehouse: String?
        /// A tag or version of one of its artifacts.
        public var version: String?
        /// The digest of one of its images.
        public var digest: String?
        /// The hash of one of its commits.
        public var commit: String?
        /// The Stage in which it is current.
        public var stage: String?
        /// What its name, alias, or a version begins with.
        public var text: String?

        /// Everything.
        public init() {}
    }

    private static let columns = """
        f.id, a.alias, f.warehouse, f.discovered_at, f.artifacts, f.number, m.name, r.at, rs.name, r.reason
        from freight f
        join freight_aliases a on a.project = f.project and a.freight = f.id and a.is_current
        left join subjects m on m.id = f.made_by
        left join freight_rejections r on r.project = f.project and r.freight = f.id and r.ended_at is null
        left join subjects rs on rs.id = r.by
        """
    private static let one = Statement(
        """
        select \(columns) where f.project = $1 and f.id = coalesce(
            (select freight from freight_aliases where project = $1 and alias = $2), $2)
        """)
    private static let page = Statement(
        """
        select \(columns) where f.project = $1 and ($2::bigint is null or f.number < $2)
          and ($4::text is null or f.warehouse = $4)
          and ($5::text is null or exists (
                select from freight_artifacts x where x.project = f.project and x.freight = f.id and x.version = $5))
          and ($6::text is null or exists (
                select from freight_artifacts x
                where x.project = f.project and x.freight = f.id and x.kind = 'image' and x.digest = $6))
          and ($9::text is null or exists (
                select from freight_artifacts x
                where x.project = f.project and x.freight = f.id and x.kind = 'commit' and x.digest = $9))
          and ($7::text is null or exists (
                select from occupancies o where o.project = f.project and o.freight = f.id and o.stage = $7 and o.until is null))
          and ($8::text is null or starts_with(f.id, $8) or starts_with(a.alias, $8) or exists (
                select from freight_artifacts x
                where x.project = f.project and x.freight = f.id and starts_with(x.version, $8)))
        order by f.number desc limit $3
        """)
    private static let newest = Statement(
        """
        select f.id, f.warehouse, f.discovered_at from freight f
        where f.project = $1 and f.warehouse = $2 and not exists (
            select from freight_rejections r where r.project = f.project and r.freight = f.id and r.ended_at is null)
          and (not $4 or exists (
            select from stage_verifications v where v.project = f.project and v.freight = f.id and v.revoked_at is null))
        order by f.number desc limit $3
        """)
    private static let insert = Statement(
        """
        insert into freight (project, id, warehouse, discovered_at, artifacts, made_by)
        values ($1, $2, $3, $4, $5, $6) on conflict (project, id) do nothing
        """)
    private static let insertArtifact = Statement(
        """
        insert into freight_artifacts (project, freight, kind, repository, version, digest)
        values ($1, $2, $3, $4, $5, $6)
        """)
    // Somebody else's alias is a unique violation: whoever chose it chooses another.
    private static let giveAlias = Statement(
        "insert into freight_aliases (project, alias, freight, since, is_current) values ($1, $2, $3, $4, true)")
    private static let takeAlias = Statement(
        """
        insert into freight_aliases (project, alias, freight, since, is_current) values ($1, $2, $3, $4, true)
        on conflict (project, alias) do update set is_current = true where freight_aliases.freight = $3
        """)
    private static let dropAlias = Statement(
        "update freight_aliases set is_current = false where project = $1 and freight = $2 and is_current")
    private static let isAliasTaken = Statement(
        "select exists (select from freight_aliases where project = $1 and alias = $2)")
    private static let reject = Statement(
        """
        insert into freight_rejections (project, freight, at, by, reason) values ($1, $2, $3, $4, $5)
        on conflict do nothing
        """)
    private static let reinstate = Statement(
        """
        update freight_rejections set ended_at = $3, ended_by = $4, ended_why = $5
        where project = $1 and freight = $2 and ended_at is null
        """)

    /// A Freight by its name, or by an alias that it has or had.
    public static func freight(
        _ name: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try connection.execute(one, [.text(project), .text(name)])
            .first { (row) throws(PostgresError) in try read(row) }
    }

    /// Freight, the newest first, from before the number given.
    public static func page(
        of project: String, _ search: Search, before: Int64?, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(
            page,
            [
                .text(project), .intOrNull(before), .int(Int64(limit)), .textOrNull(search.warehouse),
                .textOrNull(search.version), .textOrNull(search.digest), .textOrNull(search.stage),
                .textOrNull(search.text), .textOrNull(search.commit),
            ]
        ).map { (row) throws(PostgresError) in try read(row) }
    }

    /// The newest Freight of a Warehouse that nobody has rejected, the newest first; of what has done well somewhere only, if
    /// that is asked.
    public static func newest(
        of warehouse: String, in project: String, verified: Bool, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [FreightStamp] {
        try connection.execute(newest, [.text(project), .text(warehouse), .int(Int64(limit)), .bool(verified)])
            .map { (row) throws(PostgresError) in
                FreightStamp(id: try row.text(0), warehouse: try row.text(1), discoveredAt: try row.instant(2))
            }
    }

    /// Writes Freight down with its alias; false if it was there already, which is then as it was.
    public static func add(
        _ freight: Freight, to project: String, by maker: Subject?, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        let document = JSONWriter.object { json in freight.artifacts.write(into: &json) }
        let isNew =
            try connection.execute(
                insert,
                [
                    .text(project), .text(freight.id), .text(freight.warehouse), .instant(freight.discoveredAt),
                    .text(String(decoding: document, as: UTF8.self)), .intOrNull(maker?.id),
                ]
            ).affected == 1
        guard isNew else { return false }
        try StageCallStore.call(project, freightOf: freight.warehouse, connection)
        for artifact in freight.artifacts.found {
            _ = try connection.execute(
                insertArtifact,
                [
                    .text(project), .text(freight.id), .text(artifact.kind), .text(artifact.repository),
                    .text(artifact.version), .textOrNull(artifact.digest),
                ])
        }
        _ = try connection.execute(
            giveAlias,
            [.text(project), .text(freight.alias), .text(freight.id), .instant(freight.discoveredAt)])
        return true
    }

    /// Whether an alias means, or ever meant, some Freight.
    public static func isTaken(
        alias: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(isAliasTaken, [.text(project), .text(alias)])
            .first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }

    /// Gives a Freight another alias; false if that means, or ever meant, other Freight.
    public static func rename(
        _ freight: String, to alias: String, in project: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        _ = try connection.execute(dropAlias, [.text(project), .text(freight)])
        return try connection.execute(
            takeAlias, [.text(project), .text(alias), .text(freight), .instant(now)]
        ).affected == 1
    }

    /// Notes that somebody wants a Freight nowhere; false if it is rejected already.
    public static func reject(
        _ freight: String, in project: String, by subject: Subject, reason: String, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            reject, [.text(project), .text(freight), .instant(now), .int(subject.id), .text(reason)]
        ).affected == 1
    }

    /// Takes a rejection back; false if there is none.
    public static func reinstate(
        _ freight: String, in project: String, by subject: Subject, reason: String, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            reinstate, [.text(project), .text(freight), .instant(now), .int(subject.id), .text(reason)]
        ).affected == 1
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        let id = try row.text(0)
        guard let artifacts = Artifacts(kept: try row.text(4)) else {
            throw PostgresError.unexpected("the artifacts of Freight \(id) cannot be read")
        }
        let rejection: Rejection?
        if let at = try row.instantOrNil(7) {
            rejection = Rejection(at: at, by: try row.text(8), reason: try row.text(9))
        } else {
            rejection = nil
        }
        return Row(
            freight: Freight(
                id: id, alias: try row.text(1), warehouse: try row.text(2), discoveredAt: try row.instant(3),
                artifacts: artifacts),
            number: try row.int(5), madeBy: try row.textOrNil(6), rejection: rejection)
    }
}

extension Artifacts {
    /// What each artifact is found by.
    fileprivate var found: [(kind: String, repository: String, version: String, digest: String?)] {
        images.map { ("image", $0.repository, $0.tag, $0.digest) }
            + commits.map { ("commit", $0.repository, $0.tag ?? $0.id, $0.id) }
            + charts.map { ("chart", $0.repository, $0.version, nil) }
    }
}
