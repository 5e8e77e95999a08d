public import Identity
public import Postgres
public import Time

/// Runs of equal refusals: of each, the first is an event, and so is the end; what is between is counted.
public enum RefusalStore {
    /// What is asked for again and again, and by whom.
    public struct Key: Hashable, Comparable, Sendable {
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

        /// An order that all servers share.
        public static func < (one: Key, other: Key) -> Bool {
            (one.project, one.stage, one.freight, one.actor) < (other.project, other.stage, other.freight, other.actor)
        }

        init(project: String, stage: String, freight: String, actor: Int64) {
            self.project = project
            self.stage = stage
            self.freight = freight
            self.actor = actor
        }
    }

    /// A run that has come to its end.
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

    private static let again = Statement(
        """
        update refusal_runs set count = count + $8, last_at = greatest(last_at, $6), promotion = $7
        where project = $1 and stage = $2 and freight = $3 and actor = $4 and code = $5 returning event
        """)
    private static let begin = Statement(
        """
        insert into refusal_runs (project, stage, freight, actor, code, first_at, last_at, promotion, event, count)
        values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)
        """)
    private static let returned = """
        returning r.project, r.stage, r.freight, r.actor, (select name from subjects where id = r.actor), r.code,
                  r.promotion, r.event, r.first_at, r.last_at, r.count
        """
    private static let end = Statement(
        """
        delete from refusal_runs r where project = $1 and stage = $2 and freight = $3 and actor = $4 \(returned)
        """)
    private static let endQuiet = Statement("delete from refusal_runs r where last_at < $1 \(returned)")

    /// Counts some more of a run that goes on; answers the event that began it. Nothing if there is no such run.
    public static func again(
        _ key: Key, code: String, promotion: String, count: Int = 1, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Int64? {
        try connection.execute(
            again, parameters(key) + [.text(code), .instant(now), .text(promotion), .int(Int64(count))]
        ).first { (row) throws(PostgresError) in try row.int(0) }
    }

    /// Begins a run with the event of its first refusal.
    public static func begin(
        _ key: Key, code: String, promotion: String, count: Int = 1, event: Int64, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            begin, parameters(key) + [.text(code), .instant(now), .text(promotion), .int(event), .int(Int64(count))])
    }

    /// Ends the run, if there is one.
    public static func end(_ key: Key, _ connection: borrowing Connection) throws(PostgresError) -> Run? {
        try connection.execute(end, parameters(key)).first { (row) throws(PostgresError) in try read(row) }
    }

    /// Ends the runs of which nothing was heard since.
    public static func end(quietSince: Instant, _ connection: borrowing Connection) throws(PostgresError) -> [Run] {
        try connection.execute(endQuiet, [.instant(quietSince)]).map { (row) throws(PostgresError) in try read(row) }
    }

    private static func parameters(_ key: Key) -> [Parameter] {
        [.text(key.project), .text(key.stage), .text(key.freight), .int(key.actor)]
    }

    private static func read(_ row: borrowing Row) throws(PostgresError) -> Run {
        Run(
            key: Key(
                project: try row.text(0), stage: try row.text(1), freight: try row.text(2), actor: try row.int(3)),
            actor: try row.text(4), code: try row.text(5), promotion: try row.text(6), event: try row.int(7),
            firstAt: try row.instant(8), lastAt: try row.instant(9), count: try row.int(10))
    }
}
