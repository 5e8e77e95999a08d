public import Postgres

/// Brings a database's schema up to that of this program, as the role that owns it.
public struct Migrator: Sendable {
    /// Why a schema cannot be brought up to date.
    public enum Failure: Error, CustomStringConvertible {
        /// A migration that was applied is not the one that this program has under its number.
        case edited(number: Int, name: String)
        /// The database has migrations that this program does not know.
        case newer(database: Int, program: Int)
        /// A migration did not run.
        case failed(number: Int, name: String, reason: String)

        /// What happened, and what to do.
        public var description: String {
            switch self {
            case .edited(let number, let name):
                "migration \(number) (\(name)) was changed after it had been applied: restore its file, and put the change into a new migration"
            case .newer(let database, let program):
                "the database's schema is at \(database), and this program only knows it up to \(program): use a newer gatehouse"
            case .failed(let number, let name, let reason):
                "migration \(number) (\(name)) failed and was undone: \(reason)"
            }
        }
    }

    private static let createTable = """
        create table if not exists schema_migrations (
            number      integer primary key check (number > 0),
            name        text not null,
            checksum    bytea not null check (octet_length(checksum) = 32),
            applied_at  timestamptz not null default now()
        )
        """
    private static let lock = Statement("select pg_advisory_lock(7164792)")
    private static let unlock = Statement("select pg_advisory_unlock(7164792)")
    private static let tableExists = Statement("select to_regclass('schema_migrations') is not null")
    private static let applied = Statement("select number, checksum from schema_migrations order by number")
    private static let record = Statement("insert into schema_migrations (number, name, checksum) values ($1, $2, $3)")
    private static let noLimits = "set statement_timeout = 0; set lock_timeout = 0"
    private static let makeReadable = "grant select on schema_migrations to gatehouse_server"

    private let migrations: [Migration]

    /// A migrator for these migrations.
    public init(_ migrations: [Migration] = Migration.embedded) {
        self.migrations = migrations
    }

    /// The newest migration that this program knows.
    public var newest: Int { migrations.last?.number ?? 0 }

    /// What would be applied, in order. Changes nothing.
    public func pending(_ connection: borrowing Connection) throws -> [Migration] {
        guard try connection.execute(Self.tableExists).first({ (row) throws(PostgresError) in try row.bool(0) }) == true
        else {
            return migrations
        }
        let known = try connection.execute(Self.applied).map { (row) throws(PostgresError) in
            (number: Int(try row.int(0)), checksum: try row.bytes(1))
        }
        if let last = known.last, last.number > newest { throw Failure.newer(database: last.number, program: newest) }
        for (number, checksum) in known {
            guard let migration = migrations.first(where: { $0.number == number }), migration.checksum == checksum
            else {
                throw Failure.edited(number: number, name: migrations.first { $0.number == number }?.name ?? "unknown")
            }
        }
        return migrations.filter { migration in !known.contains { $0.number == migration.number } }
    }

    /// Applies what is missing, each migration in a transaction of its own; only one program at a time does so.
    public func migrate(_ connection: borrowing Connection) throws -> [Migration] {
        try connection.run(script: Self.noLimits)
        _ = try connection.execute(Self.lock)
        defer { _ = try? connection.execute(Self.unlock) }
        let pending = try pending(connection)
        if !pending.isEmpty { try connection.run(script: Self.createTable) }
        for migration in pending {
            do {
                try connection.transaction { connection in
                    try connection.run(script: migration.sql)
                    _ = try connection.execute(
                        Self.record, [.int(Int64(migration.number)), .text(migration.name), .bytes(migration.checksum)])
                }
            } catch let error as PostgresError {
                throw Failure.failed(number: migration.number, name: migration.name, reason: error.message)
            }
        }
        // Also when nothing was missing: the program may have ended between the last migration and this.
        try connection.run(script: Self.makeReadable)
        return pending
    }
}
