import Glibc
import JSON
import Postgres
import PostgresTesting
import Testing

/// Servers with a PostgreSQL of their own.
@Suite struct EmbeddedTests {
    private nonisolated(nonsending) func withEmbedded(
        in folder: String, _ body: nonisolated(nonsending) (Gatehouse) async throws -> Void
    ) async throws {
        let server = try await Gatehouse.start(
            data: folder, ["--drain", "1"], environment: ["GATEHOUSE_ADMIN_TOKEN": Self.secret])
        do {
            try await body(server)
        } catch {
            try await server.kill()
            throw error
        }
        try await server.stop()
    }

    private static let secret = freshSecret()

    private func postmaster(_ folder: String) -> pid_t? {
        let text = String(decoding: RepositoryFile.read(folder + "/postgres/postmaster.pid"), as: UTF8.self)
        return text.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    @Test func whatAServerKnowsSurvivesItsStop() async throws {
        try await withTurn {
            try await withFolder { folder in
                try await withEmbedded(in: folder) { server in _ = try await server.admin.makeToken("kept") }
                #expect(postmaster(folder) == nil)
                try await withEmbedded(in: folder) { server in
                    let names = try await server.admin.get("/v1/tokens").json?["tokens"]?.array?.compactMap {
                        $0["name"]?.string
                    }
                    #expect(Set(names ?? []) == ["kept", "bootstrap"])
                }
            }
        }
    }

    @Test func whatAServerKnowsSurvivesItsSuddenDeath() async throws {
        try await withTurn {
            try await withFolder { folder in
                let server = try await Gatehouse.start(
                    data: folder, [], environment: ["GATEHOUSE_ADMIN_TOKEN": Self.secret])
                let (its, _) = try await server.admin.makeToken("kept")
                try await server.kill()
                try await withEmbedded(in: folder) { again in
                    try await #expect(again.anonymous.with(its.token).get("/v1/whoami").status == 200)
                }
            }
        }
    }

    @Test func itComesBackByItselfWhenItsDatabaseDies() async throws {
        try await withTurn {
            try await withFolder { folder in
                try await withEmbedded(in: folder) { server in
                    let killed = try #require(postmaster(folder))
                    // Stopped first: nothing can start another one before the absence has been seen.
                    _ = try await Program.call("sh", ["-c", "kill -STOP \(killed) $(pgrep -P \(killed))"])
                    try await eventually("it is not ready", within: .seconds(60)) {
                        try await server.anonymous.get("/readyz").status == 503
                    }
                    let refused = try await server.admin.get("/v1/whoami")
                    #expect(refused.code == "store.unavailable")
                    #expect(refused.header("Retry-After") != nil)
                    try await #expect(server.anonymous.get("/livez").status == 200)
                    // Kargo's step takes any status but 200 for an accident, a script goes on only at 200.
                    let freight = String(repeating: "a", count: 40)
                    let decided = try await server.admin.ask("decide", "ci-1", freight)
                    #expect(decided.status == 200 && decided.json?["allowed"]?.bool == false, "\(decided.text)")
                    #expect(decided.json?["verdict"]?.string == "unknown" && decided.code == "store.unavailable")
                    let enforced = try await server.admin.ask("enforce", "ci-1", freight)
                    #expect(enforced.status == 503 && enforced.code == "store.unavailable")
                    kill(killed, SIGKILL)
                    try await eventually("it is ready again", within: .seconds(60)) {
                        try await server.anonymous.get("/readyz").status == 200
                    }
                    #expect(postmaster(folder) != killed)
                    try await eventually("it knows its tokens") {
                        try await server.admin.get("/v1/whoami").status == 200
                    }
                }
            }
        }
    }

    @Test func rightsThatAnInterruptedFirstStartDidNotGiveAreGivenByTheNext() async throws {
        try await withTurn {
            try await withFolder { folder in
                try await withEmbedded(in: folder) { _ in }
                let cluster = try await EmbeddedCluster.start(ClusterOptions(directory: folder))
                let url = cluster.ownerConninfo
                try await waiting {
                    Result {
                        try Connection(conninfo: url).run(
                            script:
                                "revoke gatehouse_server from gatehouse; revoke select on schema_migrations from gatehouse_server"
                        )
                    }
                }.get()
                await cluster.stop()
                try await withEmbedded(in: folder) { server in
                    try await #expect(server.admin.get("/v1/whoami").status == 200)
                }
            }
        }
    }

    @Test func itsDatabaseIsNobodyElses() async throws {
        try await withTurn {
            try await withFolder { folder in
                try await withEmbedded(in: folder) { _ in
                    for name in ["postgres", "run"] {
                        var status = stat()
                        #expect(stat("\(folder)/\(name)", &status) == 0)
                        #expect(status.st_mode & 0o777 == 0o700)
                    }
                    let second = try await Program.run(["serve", "--data", folder, "--listen", "127.0.0.1:0"])
                    #expect(second.code == 1)
                    #expect(second.errors.contains("process "))
                }
            }
        }
    }
}
