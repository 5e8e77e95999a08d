public import Identity
public import Postgres
public import Time

/// Runs of equal refusals: of each, the first is an event, and so is the end; what is between is counted.
public enum RefusalStore {
    /// What is asked for again and again, and by whom.
    public struct Key: Hashable, Sendable {
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// The Freight.
        public let freight: String
        /// Who asks.
        public let actor: Int64

        /// What is asked for, and by whom.
        public init(project: String, stage: String, freight: String, actor: Subject) {
            self.init(project: project, stage: stage, freight: freight, actor: actor.id)
        }

        init(project: String, stage: String, freight: String, actor: Int64) {
            self.project = project
            self.stage = stage
            self.freight = freight
            self.actor = actor
        }
    }

    /// What is counted together.
    public struct Name: Hashable, Sendable {
        /// What is asked for, and by whom.
        public let key: Key
        /// Why it is refused.
        public let code: String

        /// What is counted together.
        public init(_ key: Key, code: String) {
            self.key = key
            self.code = code
        }
    }

    /// How a run goes on.
    public struct Count: Sendable {
        /// The run.
        public let run: Name
        /// The promotion that was named last.
        public let promotion: String
        /// How many more there were.
        public let count: Int

        /// How a run goes on, or begins.
        public init(_ run: Name, promotion: String, count: Int) {
            self.run = run
            self.promotion = promotion
            self.count = count
        }
    }

    /// A run as it stands.
    public struct Run: Sendable {
        /// What was asked for, and by whom.
        public let key: Key
        /// The asker's name.
        public let actor: String
        /// Why it was refused.
        public let code: String
        /// The promotion that was named last.
        public let promotion: String
        /// The event of the first refusal.
        public let event: Int64
        /// When it was.
        public let firstAt: Instant
        /// When the last one was.
        public let lastAt: Instant
        /// How many there were.
        public let count: Int64
    }

    private static let columns = """
        r.project, r.stage, r.freight, r.actor, (select name from subjects where id = r.actor), r.code, r.promotion,
        r.event, r.first_at, r.last_at, r.count
        """
    // In one order everywhere, so that none waits for another that waits for it.
    private static let goOn = Statement(
        """
        update refusal_runs r
        set count = r.count + q.count, last_at = greatest(r.last_at, $8), promotion = q.promotion
        from (select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
                  as q(project, stage, freight, actor, code, promotion, count) order by 1, 2, 3, 4, 5) q
        where (r.project, r.stage, r.freight, r.actor, r.code) = (q.project, q.stage, q.freight, q.actor, q.code)
        returning r.project, r.stage, r.freight, r.actor, r.code, r.event
        """)
    private static let begin = Statement(
        """
        insert into refusal_runs (project, stage, freight, actor, code, promotion, count, event, first_at, last_at)
        select q.*, $8, $8
        from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $9::bigint[])
            as q
        order by 1, 2, 3, 4, 5
        on conflict (project, stage, freight, actor, code) do update set count = refusal_runs.count + excluded.count
        """)
    private static let end = Statement(
        """
        delete from refusal_runs r where (project, stage, freight, actor) in (
            select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]))
        returning \(columns)
        """)
    private static let endQuiet = Statement(
        """
        delete from refusal_runs r where (project, stage, freight, actor, code) in (
            select project, stage, freight, actor, code from refusal_runs where last_at < $1 limit $2
            for update skip locked)
        returning \(columns)
        """)

    /// Counts some more of those runs that are there already; answers the event that began each.
    public static func goOn(
        _ counts: [Count], at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Name: Int64] {
        guard !counts.isEmpty else { return [:] }
        let rows = try connection.execute(goOn, parameters(counts) + [.instant(now)])
            .map { (row) throws(PostgresError) in
                let key = Key(
                    project: try row.text(0), stage: try row.text(1), freight: try row.text(2), actor: try row.int(3))
                return (Name(key, code: try row.text(4)), try row.int(5))
            }
        return Dictionary(rows) { first, _ in first }
    }

    /// Begins runs, each with the event of its first refusal.
    public static func begin(
        _ counts: [Count], events: [Int64], at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        guard !counts.isEmpty else { return }
        _ = try connection.execute(begin, parameters(counts) + [.instant(now), .ints(events)])
    }

    /// Ends all runs of these askers.
    public static func end(_ keys: Set<Key>, _ connection: borrowing Connection) throws(PostgresError) -> [Run] {
        guard !keys.isEmpty else { return [] }
        return try connection.execute(end, parameters(Array(keys)))
            .map { (row) throws(PostgresError) in try read(row) }
    }

    /// Ends runs of which nothing was heard since, at most so many.
    public static func end(
        quietSince: Instant, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Run] {
        try connection.execute(endQuiet, [.instant(quietSince), .int(Int64(limit))]).map {
            (row) throws(PostgresError) in try read(row)
        }
    }

    private static func parameters(_ keys: [Key]) -> [Parameter] {
        [
            .texts(keys.map(\.project)), .texts(keys.map(\.stage)), .texts(keys.map(\.freight)),
            .ints(keys.map(\.actor)),
        ]
    }

    private static func parameters(_ counts: [Count]) -> [Parameter] {
        parameters(counts.map(\.run.key)) + [
            .texts(counts.map(\.run.code)), .texts(counts.map(\.promotion)), .ints(counts.map { Int64($0.count) }),
        ]
    }

    private static func read(_ row: borrowing Row) throws(PostgresError) -> Run {
        Run(
            key: Key(
                project: try row.text(0), stage: try row.text(1), freight: try row.text(2), actor: try row.int(3)),
            actor: try row.text(4), code: try row.text(5), promotion: try row.text(6), event: try row.int(7),
            firstAt: try row.instant(8), lastAt: try row.instant(9), count: try row.int(10))
    }
}
