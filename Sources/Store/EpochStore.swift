public import Postgres

/// The numbers that rise with each change to what decides, and the locks that order changes and acts.
public enum EpochStore {
    /// What a change or an act concerns.
    public enum Scope: Sendable, Equatable {
        /// Every project.
        case everything
        /// One project.
        case project(String)

        var text: String {
            switch self {
            case .everything: ""
            case .project(let name): name
            }
        }
    }

    // The first key tells these locks from others; the second is the scope's. Two scopes that hash alike only wait for
    // one another.
    //
    // A server that stops in the middle of an act keeps changes waiting no longer than it may idle; so a change waits
    // that long and succeeds, where another statement would have given up.
    private static let patience = Statement("select set_config('lock_timeout', '4000', true)")
    private static let lockForChange = Statement("select pg_advisory_xact_lock(4746, hashtext($1))")
    private static let lockForAct = Statement(
        """
        select set_config('idle_in_transaction_session_timeout', '2000', true),
               pg_advisory_xact_lock_shared(4746, hashtext('')), pg_advisory_xact_lock_shared(4746, hashtext($1))
        """)
    private static let tryLockForActs = Statement(
        """
        select q.scope, set_config('idle_in_transaction_session_timeout', '2000', true) from unnest($1::text[]) as q(scope)
        where pg_try_advisory_xact_lock_shared(4746, hashtext(q.scope))
        """)
    private static let raise = Statement(
        """
        insert into epochs (scope) values ($1) on conflict (scope) do update set epoch = epochs.epoch + 1 returning epoch
        """)
    private static let sum = Statement("select coalesce(sum(epoch), 0)::bigint from epochs where scope in ('', $1)")
    private static let some = Statement("select scope, epoch from epochs where scope = any($1::text[])")
    private static let all = Statement("select scope, epoch from epochs")

    /// Waits for the acts that are under way, and keeps new ones waiting until this transaction ends. Its epoch rises, and
    /// what waits for what it decides on is looked at again.
    public static func beginChange(of scope: Scope, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(patience)
        _ = try connection.execute(lockForChange, [.text(scope.text)])
        _ = try connection.execute(raise, [.text(scope.text)])
        switch scope {
        case .everything: try StageCallStore.call(nil, connection)
        case .project(let name): try StageCallStore.call(name, connection)
        }
    }

    /// Keeps changes waiting until this transaction ends, and tells the epoch of a project: what an act was decided by
    /// must be of the same. Read by a statement of its own: one that waited for the lock would see what was before.
    public static func beginAct(in project: String, _ connection: borrowing Connection) throws(PostgresError) -> Int64 {
        _ = try connection.execute(lockForAct, [.text(project)])
        return try epoch(of: project, connection)
    }

    /// Keeps changes waiting in those of several projects in which none is under way, and tells their epochs.
    public static func tryBeginActs(
        in projects: Set<String>, _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Int64] {
        let everything = Scope.everything.text
        let held = try connection.execute(tryLockForActs, [.texts([everything] + projects.sorted())])
            .map { (row) throws(PostgresError) in try row.text(0) }
        guard held.contains(everything) else { return [:] }
        let epochs = try read(try connection.execute(some, [.texts(held)]))
        let common = epochs[everything, default: 0]
        let ours = held.filter { $0 != everything }
        return Dictionary(ours.map { ($0, common + epochs[$0, default: 0]) }) { first, _ in first }
    }

    /// The epoch of a project, as it is now.
    public static func epoch(of project: String, _ connection: borrowing Connection) throws(PostgresError) -> Int64 {
        try connection.execute(sum, [.text(project)]).first { (row) throws(PostgresError) in try row.int(0) } ?? 0
    }

    /// Every scope's epoch; the empty name is everything's.
    public static func all(_ connection: borrowing Connection) throws(PostgresError) -> [String: Int64] {
        try read(try connection.execute(all))
    }

    private static func read(_ rows: consuming Rows) throws(PostgresError) -> [String: Int64] {
        let pairs = try rows.map { (row) throws(PostgresError) in (try row.text(0), try row.int(1)) }
        return Dictionary(pairs) { first, _ in first }
    }
}
