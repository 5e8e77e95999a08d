import Glibc
import Postgres
import PostgresTesting
import Store
import Testing

/// A database of the shared cluster with the tables of this program, and what may be asked of it directly.
struct ServiceDatabase: Sendable {
    let database: TestDatabase

    var ownerURL: String { database.ownerURL }
    var serverURL: String { database.serverURL }
    var superuserURL: String { database.superuserURL }
    var name: String { database.name }

    func url(as role: String) -> String { database.url(as: role) }

    /// The first column of every row, as text.
    nonisolated(nonsending) func texts(_ sql: String, as url: String? = nil) async throws -> [String] {
        let url = url ?? ownerURL
        return try await waiting {
            Result {
                let connection = try Connection(conninfo: url)
                return try connection.execute(Statement(sql)).map { (row) throws(PostgresError) in try row.text(0) }
            }
        }.get()
    }

    /// The number in the first row.
    nonisolated(nonsending) func number(_ sql: String) async throws -> Int {
        try await texts("select (\(sql))::text").first.flatMap { Int($0) } ?? -1
    }

    nonisolated(nonsending) func run(_ script: String, as url: String? = nil) async throws {
        let url = url ?? ownerURL
        try await waiting { Result { try Connection(conninfo: url).run(script: script) } }.get()
    }

    /// How many events of a kind there are; of every kind if none is named.
    nonisolated(nonsending) func events(_ code: String? = nil) async throws -> Int {
        try await number("select count(*) from audit_events" + (code.map { " where code = '\($0)'" } ?? ""))
    }
}

/// The role of servers belongs to the whole cluster: it is made once, before tests migrate databases side by side.
private let rolesExist = Task {
    try await TestCluster.shared().withDatabase { database in try await migrate(database.ownerURL) }
}

/// Makes this program's tables, and lets servers use them.
func migrate(_ url: String) async throws {
    try await waiting {
        Result {
            let connection = try Connection(conninfo: url)
            _ = try Migrator().migrate(connection)
            try ServerRole.grant(to: "gatehouse", connection)
        }
    }.get()
}

/// Lends a database with this program's tables.
nonisolated(nonsending) func withServiceDatabase<Value>(
    migrated: Bool = true, _ body: nonisolated(nonsending) (ServiceDatabase) async throws -> Value
) async throws -> Value {
    try await rolesExist.value
    return try await TestCluster.shared().withDatabase { database in
        if migrated { try await migrate(database.ownerURL) }
        return try await body(ServiceDatabase(database: database))
    }
}

/// Lends a folder, removed afterwards.
nonisolated(nonsending) func withFolder<Value>(
    _ body: nonisolated(nonsending) (String) async throws -> Value
) async throws -> Value {
    let folder = try TestFolder.make()
    defer { TestFolder.remove(folder) }
    return try await body(folder)
}

/// A value for GATEHOUSE_ADMIN_TOKEN that no other test has.
func freshSecret() -> String {
    "gatehouse_test_" + (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
}

/// Lends a turn in which a test may run servers; they have to be ended inside.
nonisolated(nonsending) func withTurn<Value>(_ body: nonisolated(nonsending) () async throws -> Value) async throws
    -> Value
{
    await Turnstile.servers.enter()
    do {
        let value = try await body()
        await Turnstile.servers.leave()
        return value
    } catch {
        await Turnstile.servers.leave()
        throw error
    }
}

/// Lends a server on a database of its own, with a first token that the test knows; it has to stop in order afterwards.
nonisolated(nonsending) func withServer(
    _ arguments: [String] = [], _ body: nonisolated(nonsending) (Gatehouse, ServiceDatabase) async throws -> Void
) async throws {
    try await withTurn {
        try await withServiceDatabase { database in
            try await withServer(on: database, arguments) { try await body($0, database) }
        }
    }
}

/// Lends a server on a database that exists. The caller has a turn.
nonisolated(nonsending) func withServer(
    on database: ServiceDatabase, _ arguments: [String] = [], adminToken: String = freshSecret(),
    _ body: nonisolated(nonsending) (Gatehouse) async throws -> Void
) async throws {
    try await withFolder { folder in
        let server = try await Gatehouse.start(
            data: folder + "/data", ["--database", database.serverURL] + arguments,
            environment: ["GATEHOUSE_ADMIN_TOKEN": adminToken])
        do {
            try await body(server)
        } catch {
            try await server.kill()
            throw error
        }
        if server.process.end == nil { try await server.stop() }
    }
}
