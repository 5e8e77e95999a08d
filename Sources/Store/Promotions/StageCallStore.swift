public import Postgres
public import Promotions
public import Time

/// Calls for a look at Stages, and when they are looked at without one.
public enum StageCallStore {
    /// A Stage that somebody should look at; without a Stage, all of the project.
    public struct Call: Hashable, Sendable {
        /// The project.
        public let project: String
        /// The Stage; nothing means all of them.
        public let stage: String?

        /// A Stage, or all of a project.
        public init(project: String, stage: String?) {
            self.project = project
            self.stage = stage
        }
    }

    private static let call = Statement("insert into stage_calls (project, stage) values ($1, $2)")
    private static let callForFreight = Statement("insert into stage_calls (project, warehouse) values ($1, $2)")
    private static let callEach = Statement("insert into stage_calls (project, stage) select $1, unnest($2::text[])")
    // What is everybody's becomes a call for each project, which is answered by who knows its Stages.
    private static let spread = Statement(
        """
        with everything as (delete from stage_calls where project is null returning number)
        insert into stage_calls (project) select name from projects where exists (select from everything)
        """)
    private static let hasEverything = Statement("select exists (select from stage_calls where project is null)")
    private static let due = Statement(
        """
        select project, stage from stage_calls where project is not null
        union
        select project, stage from stage_looks where due <= $1 limit $2
        """)
    // Two keys, the second the Stage's; two Stages that hash alike only miss a turn.
    private static let tryLock = Statement("select pg_try_advisory_xact_lock(4747, hashtext($1 || '/' || $2))")
    private static let lock = Statement("select pg_advisory_xact_lock(4747, hashtext($1 || '/' || $2))")
    private static let tryLockEach = Statement(
        """
        select q.project, q.stage from unnest($1::text[], $2::text[]) as q(project, stage)
        where pg_try_advisory_xact_lock(4747, hashtext(q.project || '/' || q.stage))
        """)
    private static let answer = Statement("delete from stage_calls where project = $1 and stage = $2")
    private static let answerAll = Statement(
        "delete from stage_calls where project = $1 and stage is null returning warehouse")
    private static let lookAgain = Statement(
        """
        insert into stage_looks (project, stage, due) values ($1, $2, $3)
        on conflict (project, stage) do update set due = excluded.due where stage_looks.due <> excluded.due
        """)
    private static let lookNoMore = Statement("delete from stage_looks where project = $1 and stage = $2")
    private static let next = Statement(
        """
        select min(due), exists (select from stage_calls),
               (select min(coalesce(leased_until, $1)) from promotions
                where phase in ('Running', 'Verifying') and kind <> 'external')
        from stage_looks
        """)

    /// Calls for a look at a Stage, at all of a project, or at everything, once this is committed.
    public static func call(
        _ project: String?, stage: String? = nil, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(call, [.textOrNull(project), .textOrNull(stage)])
    }

    /// Calls for a look at those Stages of a project that take new Freight straight from a Warehouse.
    public static func call(
        _ project: String, freightOf warehouse: String, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(callForFreight, [.text(project), .text(warehouse)])
    }

    /// Calls for a look at several Stages.
    public static func call(
        _ project: String, stages: [String], _ connection: borrowing Connection
    ) throws(PostgresError) {
        guard !stages.isEmpty else { return }
        _ = try connection.execute(callEach, [.text(project), .texts(stages)])
    }

    /// What somebody has called for, and what is due; at most so many.
    public static func due(
        at now: Instant, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Call] {
        let isForAll = try connection.execute(hasEverything).first { (row) throws(PostgresError) in try row.bool(0) }
        if isForAll == true { _ = try connection.execute(spread) }
        return try connection.execute(due, [.instant(now), .int(Int64(limit))]).map { (row) throws(PostgresError) in
            Call(project: try row.text(0), stage: try row.textOrNil(1))
        }
    }

    /// Takes a Stage's promotions into one's hands until this transaction ends; false if somebody else has them.
    public static func tryHold(
        _ stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(tryLock, [.text(project), .text(stage)])
            .first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }

    /// Takes those of several Stages' promotions into one's hands that nobody else has; answers which.
    public static func tryHold(
        _ stages: Set<StageKey>, _ connection: borrowing Connection
    ) throws(PostgresError) -> Set<StageKey> {
        guard !stages.isEmpty else { return [] }
        let (projects, names) = (stages.map(\.project), stages.map(\.stage))
        return Set(
            try connection.execute(tryLockEach, [.texts(projects), .texts(names)])
                .map { (row) throws(PostgresError) in StageKey(try row.text(1), of: try row.text(0)) })
    }

    /// Takes a Stage's promotions into one's hands until this transaction ends, however long somebody else has them.
    public static func hold(
        _ stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(lock, [.text(project), .text(stage)])
    }

    /// Answers the calls for a look at a Stage, which whoever calls this then takes: before anything is read, so that what
    /// is changed meanwhile is called for again.
    public static func answer(
        _ stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(answer, [.text(project), .text(stage)])
    }

    /// Answers the calls for a look at all of a project by calls for each of those of these Stages that they concern.
    public static func spread(
        over stages: [Stage], of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) {
        let called = try connection.execute(answerAll, [.text(project)])
            .map { (row) throws(PostgresError) in try row.textOrNil(0) }
        let concerned = stages.filter { stage in
            called.contains { warehouse in
                warehouse.map { stage.request(for: $0)?.isDirect ?? false } ?? true
            }
        }
        try call(project, stages: concerned.map(\.name).sorted(), connection)
    }

    /// Notes when a Stage is looked at without a call; without an instant, never.
    public static func lookAgain(
        _ stage: String, of project: String, at due: Instant?, _ connection: borrowing Connection
    ) throws(PostgresError) {
        guard let due else {
            _ = try connection.execute(lookNoMore, [.text(project), .text(stage)])
            return
        }
        _ = try connection.execute(lookAgain, [.text(project), .text(stage), .instant(due)])
    }

    /// When there is something to do next: a look that is due, a call, or a promotion whose worker has gone.
    public static func next(
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Instant? {
        try connection.execute(next, [.instant(now)]).first { (row) throws(PostgresError) in
            let instants = [try row.instantOrNil(0), try row.bool(1) ? now : nil, try row.instantOrNil(2)]
            return instants.compactMap(\.self).min()
        } ?? nil
    }
}
