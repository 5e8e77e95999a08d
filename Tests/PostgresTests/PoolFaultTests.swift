import Glibc
import Postgres
import PostgresTesting
import Testing

private let insert = Statement("insert into t values ($1)")
private let all = Statement("select id from t order by id")
private let one = Statement("select 1::int8")
private let terminate = Statement(
    """
    select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and application_name = 'gatehouse' and pid <> pg_backend_pid()
    """)

/// What became of each insert, as its caller was told.
private struct Outcomes {
    var committed: Set<Int64> = []
    var unknown: Set<Int64> = []
    var failed: Set<Int64> = []
}

extension Pool {
    /// Inserts the numbers from several tasks at once, and notes what each was told.
    fileprivate func insertAll(_ numbers: Range<Int64>, tasks: Int, attempts: Int = 20) async -> Outcomes {
        let outcomes = Shared(Outcomes())
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    for number in numbers where Int(number) % tasks == task {
                        do {
                            try await self.transaction(attempts: attempts) { transaction in
                                _ = try transaction.execute(insert, [.int(number)])
                            }
                            outcomes.change { $0.committed.insert(number) }
                        } catch let error as PostgresError where error.kind == .outcomeUnknown {
                            outcomes.change { $0.unknown.insert(number) }
                        } catch {
                            outcomes.change { $0.failed.insert(number) }
                        }
                    }
                }
            }
        }
        return outcomes.value
    }

    /// What is in the table is what callers were told; it has no key, so that a repeated insert would show.
    fileprivate func check(_ outcomes: Outcomes) async throws {
        let found = try await withConnection { try $0.execute(all).map { try $0.int(0) } }
        #expect(found.count == Set(found).count, "an insert happened twice")
        #expect(outcomes.committed.subtracting(found).isEmpty, "an acknowledged insert is lost")
        #expect(outcomes.failed.intersection(found).isEmpty, "a failed insert happened")
    }
}

@Suite struct PoolFaultTests {
    @Test func terminatedSessionsLoseAndRepeatNothing() async throws {
        try await TestCluster.shared().withDatabase { database in
            let pool = try Pool(PoolConfiguration(conninfo: database.ownerURL))
            try await pool.withConnection { try $0.run(script: "create table t (id int8)") }
            var options = ConnectionOptions(conninfo: database.superuserURL)
            options.applicationName = "terminator"
            let terminator = try Pool(PoolConfiguration(connection: options))
            async let outcomes = pool.insertAll(0..<2_000, tasks: 16)
            for _ in 0..<10 {
                let before = pool.statistics.reconnects
                _ = try await terminator.withConnection { try $0.execute(terminate).count }
                try await eventually("a session is made again") { pool.statistics.reconnects > before }
            }
            let told = await outcomes
            #expect(told.committed.count + told.unknown.count + told.failed.count == 2_000)
            #expect(told.failed.isEmpty)
            try await pool.check(told)
            await terminator.shutdown()
            await pool.shutdown()
        }
    }

    @Test func aKilledServerComesBackWithAllThatWasAcknowledged() async throws {
        try await withOwnCluster(settings: ["synchronous_commit": "on"]) { cluster, _ in
            let pool = try Pool(PoolConfiguration(conninfo: cluster.ownerConninfo))
            try await pool.withConnection { try $0.run(script: "create table t (id int8)") }
            async let outcomes = pool.insertAll(0..<5_000, tasks: 16)
            try await eventually("some are in") {
                try await pool.withConnection { try $0.execute(all).count } > 100
            }
            kill(try #require(cluster.processID), SIGKILL)
            let told = await outcomes
            try await eventually("it serves again") { (try? await pool.withConnection { _ in }) != nil }
            try await pool.check(told)
            await pool.shutdown()
        }
    }

    @Test func withoutAServerCallersFailAtOnceUntilItIsBack() async throws {
        try await withOwnCluster { cluster, folder in
            var configuration = PoolConfiguration(conninfo: cluster.ownerConninfo)
            configuration.waitLimit = 600_000
            let pool = try Pool(configuration)
            try await pool.withConnection { _ in }
            await cluster.stop()
            try await eventually("the pool notices") {
                _ = try? await pool.withConnection { try $0.execute(one).count }
                return pool.unreachable != nil
            }
            // With a wait limit of ten minutes, an answer at all is an answer at once.
            let refused = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(refused?.kind == .connectionFailed)
            #expect(refused?.isUnavailable == true)
            var options = ClusterOptions(directory: folder)
            options.settings = TestCluster.quick
            let again = try await EmbeddedCluster.start(options)
            try await eventually("the pool is back") { pool.statistics.idle == 4 && pool.unreachable == nil }
            try await pool.withConnection { _ in }
            await pool.shutdown()
            await again.stop()
        }
    }

    @Test func aSilentServerIsGivenUp() async throws {
        try await withOwnCluster { cluster, _ in
            var configuration = PoolConfiguration(conninfo: cluster.ownerConninfo)
            configuration.sessions = 1
            configuration.connection.statementTimeout = 100
            configuration.connection.connectTimeout = 2
            configuration.silenceMargin = 100
            let pool = try Pool(configuration)
            try await pool.withConnection { _ in }
            let stopped = try StoppedServer(#require(cluster.processID))
            defer { stopped.resume() }
            let lost = await #expect(throws: PostgresError.self) {
                _ = try await pool.withConnection { try $0.execute(one).count }
            }
            #expect(lost?.isUnavailable == true)
            stopped.resume()
            try await eventually("it serves again") { (try? await pool.withConnection { _ in }) != nil }
            await pool.shutdown()
        }
    }

    @Test func shutdownEndsBeforeASilentServer() async throws {
        try await withOwnCluster { cluster, _ in
            var configuration = PoolConfiguration(conninfo: cluster.ownerConninfo)
            configuration.shutdownGrace = 10
            let pool = try Pool(configuration)
            try await pool.withConnection { _ in }
            let stopped = try StoppedServer(#require(cluster.processID))
            defer { stopped.resume() }
            let stuck = Task { try await pool.withConnection { try $0.execute(one).count } }
            try await eventually("it waits for the server") { pool.statistics.inUse > 0 }
            await pool.shutdown()
            await #expect(throws: PostgresError.self) { try await stuck.value }
        }
    }
}

@Suite struct FailoverTests {
    @Test func aPoolFollowsTheWritableServer() async throws {
        let started = Statement("select pg_postmaster_start_time()::text")
        let other = try await TestCluster.shared().cluster
        try await withOwnCluster { cluster, _ in
            // Both have a database `gatehouse`; they tell themselves apart by when they were started.
            let hosts = [cluster, other].map { host(in: $0.ownerConninfo) }.joined(separator: ",")
            let url = "postgresql:///gatehouse?host=\(hosts)&user=gatehouse_owner&target_session_attrs=read-write"
            let pool = try Pool(PoolConfiguration(conninfo: url))
            @Sendable func write() async throws -> String? {
                try await pool.transaction { transaction in
                    try transaction.run(script: "create table if not exists failover (id int8)")
                    return try transaction.execute(started).first { try $0.text(0) }
                }
            }
            let first = try await write()
            // What clients see of a primary that has become a standby.
            let superuser = try Connection(conninfo: cluster.superuserConninfo)
            try superuser.run(script: "alter system set default_transaction_read_only = on")
            try superuser.run(script: "select pg_reload_conf()")
            try await eventually("the other one is written to") { try await write() != first }
            await pool.shutdown()
        }
    }

    /// The percent-encoded value of `host` in a URL.
    private func host(in url: String) -> Substring {
        url.split(separator: "?").last?.split(separator: "&").first { $0.hasPrefix("host=") }?.dropFirst(5) ?? ""
    }
}
