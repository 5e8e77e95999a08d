import Glibc
import Postgres
import PostgresTesting
import Testing

private let one = Statement("select 1::int8")
private let count = Statement("select count(*) from t")

private func options(_ folder: String) -> ClusterOptions {
    var options = ClusterOptions(directory: folder)
    options.settings = TestCluster.quick
    options.stopLimit = 2_000
    return options
}

private nonisolated(nonsending) func withFolder(
    _ body: nonisolated(nonsending) (String) async throws -> Void
) async throws {
    let folder = try TestFolder.make()
    defer { TestFolder.remove(folder) }
    try await body(folder)
}

private func failure(_ options: ClusterOptions) async -> ClusterError? {
    await #expect(throws: ClusterError.self) {
        let cluster = try await EmbeddedCluster.start(options)
        await cluster.stop()
    }
}

@Suite struct EmbeddedClusterTests {
    @Test func dataAndRolesSurviveAStop() async throws {
        try await withFolder { folder in
            let states = Shared<[EmbeddedCluster.State]>([])
            let first = try await EmbeddedCluster.start(options(folder)) { state in
                states.change { $0.append(state) }
            }
            #expect(first.state == .ready)
            try Connection(conninfo: first.ownerConninfo).run(
                script: """
                    create role auditor; create table t (id int8); insert into t values (1); grant select on t to gatehouse
                    """)
            await first.stop()
            #expect(states.value == [.ready, .stopped])
            #expect(first.processID == nil)
            let second = try await EmbeddedCluster.start(options(folder))
            let server = try Connection(conninfo: second.serverConninfo)
            try #expect(server.execute(count).first { try $0.int(0) } == 1)
            #expect(throws: PostgresError.self) { try server.run(script: "drop table t") }
            #expect(throws: PostgresError.self) { try server.run(script: "create role mine") }
            await second.stop()
        }
    }

    @Test func onlyItsOwnUserCanReachIt() async throws {
        try await withOwnCluster { _, folder in
            for name in ["postgres", "run"] {
                var info = stat()
                #expect(stat("\(folder)/\(name)", &info) == 0)
                #expect(info.st_mode & 0o777 == 0o700)
                #expect(geteuid() != 0 || info.st_uid != 0)
            }
        }
    }

    @Test func aSecondServerIsRefusedAndToldWhoHoldsTheDirectory() async throws {
        try await withOwnCluster { _, folder in
            let refused = await failure(options(folder))
            #expect(refused?.kind == .locked(processID: getpid()))
            #expect(refused?.message.contains("process \(getpid())") == true)
        }
    }

    @Test func aKilledPostmasterIsStartedAgain() async throws {
        try await withOwnCluster { cluster, _ in
            try Connection(conninfo: cluster.ownerConninfo).run(script: "create table t (id int8)")
            for _ in 0..<2 {
                let killed = try #require(cluster.processID)
                kill(killed, SIGKILL)
                try await eventually("another one serves") {
                    cluster.state == .ready && cluster.processID.map { $0 != killed } == true
                }
                try #expect(Connection(conninfo: cluster.serverConninfo).execute(one).count == 1)
            }
        }
    }

    @Test func whatAKilledServerLeftIsEndedFirst() async throws {
        try await withFolder { folder in
            let first = try await EmbeddedCluster.start(options(folder))
            try Connection(conninfo: first.ownerConninfo).run(script: "create table t (id int8)")
            await first.stop()
            let left = try startUnsupervised(folder)
            let second = try await EmbeddedCluster.start(options(folder))
            #expect(second.processID != left)
            // A zombie that no one reaps has no directory any more.
            #expect(access("/proc/\(left)/cwd", F_OK) != 0)
            try #expect(Connection(conninfo: second.ownerConninfo).execute(count).first { try $0.int(0) } == 0)
            await second.stop()
        }
    }

    /// A postmaster that nothing ends with its parent.
    private func startUnsupervised(_ folder: String) throws -> Int32 {
        let user = geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --init-groups" : ""
        let bin = "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"
        let settings = "-k \(folder)/run -c listen_addresses= -c fsync=off"
        let command = "cd / && \(user) \(bin)/pg_ctl -D \(folder)/postgres -o '\(settings)' -w start >/dev/null 2>&1"
        try #require(system(command) == 0)
        let file = try #require(fopen("\(folder)/postgres/postmaster.pid", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        try #require(fgets(&line, 64, file) != nil)
        return try #require(Int32(String(decoding: line.prefix { $0 > 32 }.map { UInt8($0) }, as: UTF8.self)))
    }

    @Test func aStrangerWithThePostmastersNumberIsLeftAlone() async throws {
        try await withFolder { folder in
            let first = try await EmbeddedCluster.start(options(folder))
            await first.stop()
            let file = try #require(fopen("\(folder)/postgres/postmaster.pid", "w"))
            fputs("\(getpid())\n/elsewhere\n", file)
            fclose(file)
            let second = try await EmbeddedCluster.start(options(folder))
            try #expect(Connection(conninfo: second.serverConninfo).execute(one).count == 1)
            await second.stop()
        }
    }

    @Test func itEndsWithTheProcessThatStartedIt() async throws {
        try await withFolder { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                _ = try await EmbeddedCluster.start(options(folder))
                kill(getpid(), SIGKILL)
            }
            #expect(access("\(folder)/postgres/PG_VERSION", F_OK) == 0)
            try await eventually("it has ended") { access("\(folder)/postgres/postmaster.pid", F_OK) != 0 }
        }
    }

    @Test func anInterruptedInitdbIsBegunAnew() async throws {
        try await withFolder { folder in
            #expect(mkdir("\(folder)/postgres.unfinished", 0o700) == 0)
            for name in ["lock", "postgres.unfinished/PG_VERSION"] {
                let file = try #require(fopen("\(folder)/\(name)", "w"))
                fputs("15\n", file)
                fclose(file)
            }
            let cluster = try await EmbeddedCluster.start(options(folder))
            #expect(access("\(folder)/postgres.unfinished", F_OK) != 0)
            await cluster.stop()
        }
    }

    @Test func aStartThatIsCancelledLeavesNothingRunning() async throws {
        try await withFolder { folder in
            let start = Task { try await EmbeddedCluster.start(options(folder)) }
            try await eventually("it has begun") { access("\(folder)/postgres.unfinished", F_OK) == 0 }
            start.cancel()
            let stopped = await #expect(throws: ClusterError.self) { _ = try await start.value }
            #expect(stopped?.kind == .stopped)
            let again = try await EmbeddedCluster.start(options(folder))
            await again.stop()
        }
    }

    @Test func aPathTooLongForASocketGetsAShortFolder() async throws {
        try await withFolder { folder in
            chmod(folder, 0o711)
            let deep = folder + "/" + String(repeating: "x", count: 100)
            let cluster = try await EmbeddedCluster.start(options(deep))
            #expect(cluster.serverConninfo.contains("%2Ftmp%2Fgatehouse-"))
            try #expect(Connection(conninfo: cluster.serverConninfo).execute(one).count == 1)
            await cluster.stop()
        }
    }
}
