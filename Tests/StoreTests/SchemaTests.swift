import Dispatch
import Glibc
import Postgres
import PostgresTesting
import Testing

@testable import Store

private let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

private func waiting<Result: Sendable>(for body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
}

private func text(of file: UnsafeMutablePointer<FILE>) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}

private nonisolated(nonsending) func migrate(_ url: String, _ migrator: Migrator = Migrator()) async throws -> [Int] {
    try await waiting { Result { try migrator.migrate(Connection(conninfo: url)).map(\.number) } }.get()
}

@Suite struct SchemaTests {
    @Test(.enabled(if: access("/usr/bin/pg_dump", X_OK) == 0, "skipped: pg_dump is not there"))
    func theCheckedInSchemaIsTheSumOfTheMigrations() async throws {
        try await withDatabase { url in
            _ = try await migrate(url)
            let dumped = await waiting { () -> String in
                guard let pipe = popen("\(repository)/scripts/schema '\(url)'", "r") else { return "" }
                defer { pclose(pipe) }
                return text(of: pipe)
            }
            let file = try #require(fopen("\(repository)/migrations/schema.sql", "r"))
            defer { fclose(file) }
            let checkedIn = text(of: file)
            #expect(dumped.contains("CREATE TABLE public.audit_events"))
            #expect(dumped == checkedIn, "make schema writes it")
        }
    }

    @Test func migratingTwiceChangesNothing() async throws {
        try await withDatabase { url in
            try await #expect(migrate(url) == Migration.embedded.map(\.number))
            try await #expect(migrate(url).isEmpty)
        }
    }

    @Test func theNumbersHaveNoGaps() {
        #expect(Migration.embedded.map(\.number) == Array(1...Migration.embedded.count))
    }

    @Test func manyMigratorsAtOnceApplyEachMigrationOnce() async throws {
        try await withDatabase { url in
            let applied = try await withThrowingTaskGroup { group in
                for _ in 1...6 { group.addTask { try await migrate(url) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.filter { !$0.isEmpty } == [Migration.embedded.map(\.number)])
        }
    }

    @Test func anEditedMigrationIsRefused() async throws {
        try await withDatabase { url in
            let first = try #require(Migration(file: "0001_things.sql", sql: Self.things))
            let edited = try #require(Migration(file: "0001_things.sql", sql: Self.things + " -- changed"))
            _ = try await migrate(url, Migrator([first]))
            await #expect(throws: Migrator.Failure.self) { try await migrate(url, Migrator([edited])) }
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        try await withDatabase { url in
            let first = try #require(Migration(file: "0001_things.sql", sql: Self.things))
            let second = try #require(Migration(file: "0002_more.sql", sql: "create table more (id int)"))
            _ = try await migrate(url, Migrator([first, second]))
            await #expect(throws: Migrator.Failure.self) { try await migrate(url, Migrator([first])) }
        }
    }

    @Test func aMigrationThatFailsLeavesNothingOfItself() async throws {
        try await withDatabase { url in
            let first = try #require(Migration(file: "0001_things.sql", sql: Self.things))
            let broken = try #require(Migration(file: "0002_broken.sql", sql: "create table half (id int); select 1/0"))
            let whole = try #require(Migration(file: "0002_broken.sql", sql: "create table half (id int)"))
            await #expect(throws: Migrator.Failure.self) { try await migrate(url, Migrator([first, broken])) }
            try await #expect(migrate(url, Migrator([first, whole])) == [2])
        }
    }

    @Test func rightsThatWereLeftOutAreGivenAgain() async throws {
        try await withDatabase { url in
            _ = try await migrate(url)
            let isReadable = Statement("select has_table_privilege('gatehouse_server', 'schema_migrations', 'select')")
            try await waiting {
                Result {
                    try Connection(conninfo: url).run(
                        script: "revoke select on schema_migrations from gatehouse_server")
                }
            }.get()
            try await #expect(migrate(url).isEmpty)
            let readable = try await waiting {
                Result {
                    try Connection(conninfo: url).execute(isReadable).first { (row) throws(PostgresError) in
                        try row.bool(0)
                    }
                }
            }.get()
            #expect(readable == true)
        }
    }

    @Test(arguments: ["1_short.sql", "0001.sql", "abcd_name.sql", "0001-name.sql", ""])
    func whatIsNotNamedLikeAMigrationIsNone(file: String) {
        #expect(Migration(file: file, sql: "") == nil)
    }

    /// A first migration: it makes the role of servers, as the real one does.
    private static let things = """
        do $$ begin create role gatehouse_server nologin; exception when duplicate_object or unique_violation then null; end $$;
        create table things (id int)
        """
}
