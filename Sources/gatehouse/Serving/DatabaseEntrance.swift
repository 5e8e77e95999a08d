import Engine
import Ledger
import Observability
import Postgres
import Store
import Time

/// What is checked, and waited for, before a server works with a database.
struct DatabaseEntrance {
    /// The database is one that this server must not work with.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    let pool: Pool
    let options: ServeOptions
    let clock: ServiceClock

    /// Returns when the database can be worked with; waits while it cannot be reached or its schema is older.
    func enter() async throws {
        try await waitForSchema()
        try await pool.withConnection { try ServerRole.check($0) }
        let anchor = try await enterDrill()
        clock.set(try await pool.measureClock(), drill: anchor)
    }

    private func waitForSchema() async throws {
        var said = ""
        while true {
            let obstacle = try await obstacle()
            guard let obstacle else { return }
            if obstacle != said { options.log.warning("waiting: \(obstacle)") }
            said = obstacle
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    /// Why the database cannot be worked with yet; nothing when it can.
    private func obstacle() async throws -> String? {
        do {
            let pending = try await pool.withConnection { try Migrator().pending($0) }
            guard let first = pending.first else { return nil }
            return
                "the schema lacks migration \(first.number) (\(first.name)): run 'gatehouse migrate --database OWNER_URL'"
        } catch let error as PostgresError where error.sqlState == "42501" {
            return
                "the server's role may not read the schema's version: run 'gatehouse migrate --database OWNER_URL --server-role NAME'"
        } catch let error as PostgresError where error.isUnavailable {
            return "the database cannot be reached: \(error.message)"
        }
    }

    /// A drill's database is never used for real, and a real one never for a drill.
    private func enterDrill() async throws -> DrillStore.Anchor? {
        try await pool.transaction { [drill = options.drill] connection in
            let hadEvents = try AuditStore.hasEvents(connection)
            let wasDrill = try DrillStore.anchor(connection) != nil
            let isDrill = try DrillStore.decide(isDrill: drill != nil, connection)
            guard let drill else {
                guard !isDrill else {
                    throw Refused(
                        description:
                            "this database belongs to a drill for ever: serve it with --clock, or use another one (--data or --database)"
                    )
                }
                return nil
            }
            guard isDrill, wasDrill || !hadEvents else {
                throw Refused(
                    description:
                        "this database holds real events: a drill (--clock) needs one of its own (--data or --database)"
                )
            }
            let anchor = try DrillStore.set(simulated: drill.start, rate: drill.rate, connection)
            try AuditStore.append(.drillStarted(at: anchor.simulated, rate: drill.rate), connection)
            return anchor
        }
    }
}
