import Postgres
import PostgresTesting

/// Locks that a session of its own holds until it is ended.
struct HeldLock {
    private let database: ServiceDatabase

    /// Runs the script as the owner, in a transaction that stays open.
    static nonisolated(nonsending) func hold(_ database: ServiceDatabase, _ script: String) async throws -> HeldLock {
        let url = database.ownerURL
        Task.detached {
            await waiting {
                // It fails when `release` ends its session.
                _ = try? Connection(conninfo: url).run(
                    script:
                        "begin; set statement_timeout = 0; \(script); set application_name = 'holder'; select pg_sleep(600)"
                )
            }
        }
        try await eventually("the lock is held") {
            try await database.number(
                "select count(*) from pg_stat_activity where \(Self.isHolder) and wait_event = 'PgSleep'") == 1
        }
        return HeldLock(database: database)
    }

    private static let isHolder = "application_name = 'holder' and datname = current_database()"

    nonisolated(nonsending) func release() async throws {
        try await database.run(
            "select pg_terminate_backend(pid) from pg_stat_activity where \(Self.isHolder)", as: database.superuserURL)
    }
}
