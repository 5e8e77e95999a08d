public import Identity
public import Postgres
public import Time

/// Stops of the line.
public enum FreezeStore {
    /// A freeze, as it is kept.
    public struct Row: Sendable {
        /// Its name.
        public let id: String
        /// What it reaches; nothing means everything.
        public let project: String?
        /// The Stage of that project; nothing means all.
        public let stage: String?
        /// Why.
        public let reason: String
        /// Whether rollbacks pass.
        public let rollbacks: Bool
        /// Whether break-glass can pass it.
        public let breakGlass: Bool
        /// Since when.
        public let startedAt: Instant
        /// Who started it.
        public let startedBy: String
        /// Until when it was meant to last.
        public let until: Instant?
        /// When somebody ended it.
        public let endedAt: Instant?
        /// Who ended it.
        public let endedBy: String?
        /// Why it was ended.
        public let endedWhy: String?

        /// When it no longer holds, as far as that is known.
        public var end: Instant? {
            switch (until, endedAt) {
            case (let until?, let ended?): min(until, ended)
            case (let until, let ended): ended ?? until
            }
        }
    }

    /// What is needed to start one.
    public struct Draft: Sendable {
        /// Its name.
        public let id: String
        /// The project; nothing means everything.
        public let project: String?
        /// The Stage; nothing means all.
        public let stage: String?
        /// Why.
        public let reason: String
        /// Whether rollbacks pass.
        public let rollbacks: Bool
        /// Whether break-glass can pass it.
        public let breakGlass: Bool
        /// Until when.
        public let until: Instant?

        /// What is needed to start one.
        public init(
            id: String, project: String?, stage: String?, reason: String, rollbacks: Bool, breakGlass: Bool,
            until: Instant?
        ) {
            self.id = id
            self.project = project
            self.stage = stage
            self.reason = reason
            self.rollbacks = rollbacks
            self.breakGlass = breakGlass
            self.until = until
        }
    }

    private static let columns = """
        f.id, f.project, f.stage, f.reason, f.rollbacks, f.break_glass, f.started_at, s.name, f.until, f.ended_at, e.name,
        f.ended_why
        from freezes f join subjects s on s.id = f.started_by left join subjects e on e.id = f.ended_by
        """
    private static let one = Statement("select \(columns) where f.id = $1")
    // Those that ended stay for a while, for what-if questions about the recent past.
    private static let deciding = Statement(
        "select \(columns) where (f.ended_at is null or f.ended_at > $1) and (f.until is null or f.until > $1) order by f.started_at, f.id"
    )
    private static let page = Statement(
        """
        select \(columns) where ($1::text is null or f.id > $1) and ($3::text[] is null or f.project is null or f.project = any($3))
          and ($4::boolean is null or $4 = (f.ended_at is null and (f.until is null or f.until > $5)))
        order by f.id limit $2
        """)
    private static let insert = Statement(
        """
        insert into freezes (id, project, stage, reason, rollbacks, break_glass, started_at, started_by, until)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """)
    private static let end = Statement(
        """
        update freezes set ended_at = $2, ended_by = $3, ended_why = $4
        where id = $1 and ended_at is null and (until is null or until > $2)
        """)

    /// One freeze.
    public static func freeze(_ id: String, _ connection: borrowing Connection) throws(PostgresError) -> Row? {
        try connection.execute(one, [.text(id)]).first { (row) throws(PostgresError) in try read(row) }
    }

    /// Those that last, and those that ended after an instant.
    public static func deciding(endedAfter: Instant, _ connection: borrowing Connection) throws(PostgresError) -> [Row]
    {
        try connection.execute(deciding, [.instant(endedAfter)]).map { (row) throws(PostgresError) in try read(row) }
    }

    /// Freezes in the order of their names, after the one given; only those that reach some projects, or that hold, where
    /// asked.
    public static func page(
        after: String?, limit: Int, projects: Set<String>?, active: Bool?, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(
            page,
            [
                .textOrNull(after), .int(Int64(limit)), projects.map { .texts($0.sorted()) } ?? .null,
                .boolOrNull(active), .instant(now),
            ]
        ).map { (row) throws(PostgresError) in try read(row) }
    }

    /// Starts one.
    public static func start(
        _ draft: Draft, by subject: Subject, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(draft.id), .textOrNull(draft.project), .textOrNull(draft.stage), .text(draft.reason),
                .bool(draft.rollbacks), .bool(draft.breakGlass), .instant(now), .int(subject.id),
                .instantOrNull(draft.until),
            ])
    }

    /// Ends one; false if it does not last any more.
    public static func end(
        _ id: String, by subject: Subject, reason: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(end, [.text(id), .instant(now), .int(subject.id), .text(reason)]).affected == 1
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        Row(
            id: try row.text(0), project: try row.textOrNil(1), stage: try row.textOrNil(2), reason: try row.text(3),
            rollbacks: try row.bool(4), breakGlass: try row.bool(5), startedAt: try row.instant(6),
            startedBy: try row.text(7), until: try row.instantOrNil(8), endedAt: try row.instantOrNil(9),
            endedBy: try row.textOrNil(10), endedWhy: try row.textOrNil(11))
    }
}
