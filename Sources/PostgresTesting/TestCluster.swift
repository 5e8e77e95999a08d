import Glibc
import Locks
public import Postgres

/// One throw-away PostgreSQL for the test process, in a folder under /tmp, without fsync.
///
/// It ends with the process, also when that crashes; the folder goes with it, or with the next run.
public final class TestCluster: Sendable {
    private static let starting = Task { try await TestCluster() }

    /// Its process and URLs.
    public let cluster: EmbeddedCluster
    private let admin: Pool
    private let counter = Guarded(0)

    /// The cluster of this process, started at the first call.
    public static func shared() async throws -> TestCluster {
        try await starting.value
    }

    private init() async throws {
        let folder = try TestFolder.make()
        var options = ClusterOptions(directory: folder)
        options.settings = Self.quick
        cluster = try await EmbeddedCluster.start(options)
        TestFolder.removeAtExit(folder, postmaster: cluster.processID)
        var connection = ConnectionOptions(conninfo: cluster.superuserConninfo)
        connection.statementTimeout = 0
        var configuration = PoolConfiguration(connection: connection)
        configuration.sessions = 2
        configuration.waitLimit = 60_000
        admin = try Pool(configuration)
    }

    /// Settings for clusters that need not survive a power cut.
    public static let quick = [
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
        "shared_buffers": "32MB",
    ]

    /// Lends a new, empty database, owned by `gatehouse_owner`; it is dropped afterwards, whoever is still connected.
    public nonisolated(nonsending) func withDatabase<Value>(
        _ body: nonisolated(nonsending) (TestDatabase) async throws -> Value
    ) async throws -> Value {
        let number = counter.withLock { number in
            number += 1
            return number
        }
        let database = TestDatabase(name: "test_\(number)", cluster: cluster)
        try await run("create database \(database.name) owner gatehouse_owner template template0")
        do {
            let value = try await body(database)
            try await run("drop database \(database.name) with (force)")
            return value
        } catch {
            try? await run("drop database \(database.name) with (force)")
            throw error
        }
    }

    private func run(_ script: String) async throws {
        try await admin.withConnection { try $0.run(script: script) }
    }
}

/// A database of one test.
public struct TestDatabase: Sendable {
    /// Its name.
    public let name: String
    private let cluster: EmbeddedCluster

    /// A database of a cluster that a test has for itself.
    public init(name: String, cluster: EmbeddedCluster) {
        self.name = name
        self.cluster = cluster
    }

    /// As its owner: may do all in it.
    public var ownerURL: String { url(as: "gatehouse_owner") }
    /// As the server: may do what it was granted.
    public var serverURL: String { url(as: "gatehouse") }
    /// As the superuser: may end other sessions.
    public var superuserURL: String { url(as: "postgres") }

    /// As any role of the cluster.
    public func url(as role: String) -> String {
        cluster.conninfo(database: name, user: role)
    }
}

/// Lends a new, empty database of the shared cluster, by the URL of its owner.
public nonisolated(nonsending) func withDatabase<Value>(
    _ body: nonisolated(nonsending) (_ url: String) async throws -> Value
) async throws -> Value {
    try await TestCluster.shared().withDatabase { database in try await body(database.ownerURL) }
}
