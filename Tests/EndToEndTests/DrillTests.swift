import Glibc
import JSON
import PostgresTesting
import Testing
import Time

@Suite struct DrillTests {
    private static let start = "2026-11-20T15:00:00Z"

    private nonisolated(nonsending) func withDrill(
        _ clock: String = start, _ body: nonisolated(nonsending) (Gatehouse, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer(["--clock", clock], body)
    }

    /// What the server's clock says: the instant at which it makes a token.
    private nonisolated(nonsending) func now(_ server: Gatehouse) async throws -> Instant {
        let made = try await server.admin.post("/v1/tokens", newToken("clock"))
        return try Instant(parsing: try #require(made.json?["createdAt"]?.string))
    }

    @Test func everyAnswerSaysThatItIsADrill() async throws {
        try await withDrill { server, _ in
            let answers = try await everyKindOfAnswer(server)
            for (request, answer) in answers {
                #expect(answer.header("Gatehouse-Drill") == "true", "\(request)")
                #expect(answer.body.isEmpty || answer.json?["drill"]?.bool == true, "\(request): \(answer.text)")
            }
            // These two have forms of others.
            let description = try await server.admin.get("/openapi.json")
            #expect(description.header("Gatehouse-Drill") == "true")
            #expect(description.json?["x-drill"]?.bool == true)
            #expect(description.json?["drill"] == nil)
            let metrics = try await server.admin.get("/metrics")
            #expect(metrics.header("Gatehouse-Drill") == "true")
            #expect(metrics.text.contains("gatehouse_drill 1\n"))
        }
    }

    /// What a server answers in JSON, prepared, from memory and from the database; problems; and one without a body.
    private nonisolated(nonsending) func everyKindOfAnswer(_ server: Gatehouse) async throws -> [(String, Answer)] {
        let (admin, anonymous) = (server.admin, server.anonymous)
        var answers: [(String, Answer)] = []
        for path in ["/livez", "/version", "/readyz", "/v1/whoami", "/v1/tokens", "/v1/tokens?limit=0", "/nothing"] {
            answers.append((path, try await admin.get(path)))
        }
        answers.append(("without a token", try await anonymous.get("/v1/whoami")))
        answers.append(("by another method", try await admin.send("PATCH", "/v1/tokens")))
        let made = try await admin.post("/v1/tokens", newToken("one"), key: "one")
        let again = try await admin.post("/v1/tokens", newToken("one"), key: "one")
        #expect(again.header("Idempotent-Replayed") == "true")
        let path = "/v1/tokens/" + (try #require(made.json?["id"]?.string))
        answers += [("made", made), ("made again", again), ("shown", try await admin.get(path))]
        answers.append(("revoked", try await admin.delete(path)))
        return answers
    }

    @Test func everyEventSaysThatItIsADrill() async throws {
        try await withDrill { server, database in
            _ = try await server.admin.makeToken("one")
            try await #expect(database.events("drill.started") == 1)
            try await #expect(
                database.number("select count(*) from audit_events where event not like '%\"drill\":true%'::bytea") == 0
            )
        }
    }

    @Test func anOrdinaryAnswerDoesNotSpeakOfDrills() async throws {
        try await withServer { server, _ in
            for (request, answer) in try await everyKindOfAnswer(server) {
                #expect(answer.header("Gatehouse-Drill") == nil, "\(request)")
                #expect(answer.json?["drill"] == nil, "\(request)")
            }
        }
    }

    @Test func aDrillMarksItsDatabaseForEver() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withServer(on: database, ["--clock", Self.start]) { _ in }
                try await #expect(refusedStart(database, []).contains("belongs to a drill for ever"))
                try await withServer(on: database, ["--clock", Self.start]) { _ in }
                for url in [database.serverURL, database.ownerURL] where url == database.serverURL {
                    await #expect(
                        refusal(database, as: url, "delete from drill")?.contains("permission denied") == true)
                }
            }
        }
    }

    @Test func aDatabaseWithRealEventsIsNeverADrills() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withServer(on: database) { _ in }
                try await #expect(refusedStart(database, ["--clock", Self.start]).contains("holds real events"))
            }
        }
    }

    /// Both find a new database, and are held where they decide what it is for.
    @Test func ofTwoServersThatDecideAtOnceOneIsRefused() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let holder = try await HeldLock.hold(database, "lock table purpose in share mode")
                let patience = "&options=-c%20lock_timeout%3D0%20-c%20statement_timeout%3D0"
                let servers = try [[], ["--clock", Self.start]].map { clock in
                    try Gatehouse.launch(
                        data: try TestFolder.makeUntilExit(), ["--database", database.serverURL + patience] + clock,
                        environment: ["GATEHOUSE_ADMIN_TOKEN": freshSecret()])
                }
                defer { for server in servers { server.send(SIGKILL) } }
                try await eventually("both are about to decide") {
                    // Only a superuser sees what other roles' sessions wait for.
                    try await database.texts(
                        """
                        select pid::text from pg_stat_activity
                        where wait_event_type = 'Lock' and datname = current_database()
                        """, as: database.superuserURL
                    ).count == 2
                }
                try await holder.release()
                try await eventually("one serves, the other gives up") {
                    servers.count { $0.errors.contains("listening on") } == 1 && servers.count { $0.end != nil } == 1
                }
                let isDrill = servers[0].end != nil
                let (winner, loser) = isDrill ? (servers[1], servers[0]) : (servers[0], servers[1])
                #expect(loser.end == .exit(1))
                #expect(loser.errors.contains(isDrill ? "belongs to a drill for ever" : "holds real events"))
                try await #expect(database.texts("select is_drill::text from purpose") == ["\(isDrill)"])
                let ofDrills = "select count(*) from audit_events where event like '%\"drill\":true%'::bytea"
                try await #expect(database.number(ofDrills) == (isDrill ? database.events() : 0))
                winner.send(SIGTERM)
                try await eventually("it stops") { winner.end != nil }
                #expect(winner.end == .exit(0))
            }
        }
    }

    private nonisolated(nonsending) func refusedStart(_ database: ServiceDatabase, _ arguments: [String]) async throws
        -> String
    {
        let process = try Gatehouse.launch(
            data: try TestFolder.makeUntilExit(), ["--database", database.serverURL] + arguments)
        defer { process.send(SIGKILL) }
        try await eventually("the server gives up") { process.end != nil }
        #expect(process.end == .exit(1))
        return process.errors
    }

    @Test(arguments: ["0.0.0.0:0", "[::]:0", "10.0.0.1:0"])
    func aDrillListensOnLoopbackOnly(address: String) async throws {
        let outcome = try await Program.run([
            "serve", "--clock", Self.start, "--listen", address, "--behind-proxy", "127.0.0.1", "--data",
            "/nonexistent",
        ])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("a drill listens on 127.0.0.1 or ::1 only"))
    }

    @Test(arguments: ["tomorrow", "2026-11-20T15:00:00Z@0", "2026-11-20T15:00:00Z@-1", "2026-11-20T15:00:00Z@x", ""])
    func aClockThatCannotBeReadIsRefused(clock: String) async throws {
        let outcome = try await Program.run(["serve", "--clock", clock, "--data", "/nonexistent"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("--clock"))
    }

    @Test func theClockHasNoVariable() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let server = try await Gatehouse.start(
                    data: try TestFolder.makeUntilExit(), ["--database", database.serverURL],
                    environment: ["GATEHOUSE_CLOCK": Self.start, "GATEHOUSE_ADMIN_TOKEN": freshSecret()])
                try await #expect(server.anonymous.get("/readyz").header("Gatehouse-Drill") == nil)
                try await server.stop()
            }
        }
    }

    @Test func theClockBeginsWhereItIsSetAndRunsAtItsRate() async throws {
        try await withDrill(Self.start + "@3600") { server, _ in
            let start = try Instant(parsing: Self.start)
            let first = try await now(server)
            // An hour a second: nobody started this server a day ago.
            #expect(first >= start && first < start + .days(7))
            try await eventually("two simulated hours pass") { try await now(server) >= first + .hours(2) }
        }
    }

    @Test func theClockNeverGoesBack() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                var latest = try Instant(parsing: "2026-11-20T15:00:00Z")
                try await withServer(on: database, ["--clock", "2026-11-20T15:00:00Z@100000"]) { server in
                    // Long enough for the clock to be measured anew, which happens every few seconds.
                    let end = try await now(server) + .seconds(400_000)
                    while latest < end {
                        let now = try await now(server)
                        #expect(now >= latest)
                        latest = max(now, latest)
                    }
                }
                try await withServer(on: database, ["--clock", "2026-11-20T15:00:00Z@1"]) { server in
                    try await #expect(now(server) >= latest)
                }
                let later = latest + .days(4_000)
                try await withServer(on: database, ["--clock", later.text]) { server in
                    try await #expect(now(server) >= later)
                }
            }
        }
    }

    @Test func tokensEndByTheSimulatedClock() async throws {
        try await withDrill(Self.start + "@3600") { server, _ in
            let (its, _) = try await server.admin.makeToken("a day", ["expiresIn": .string("3h")])
            try await eventually("it has expired", within: .seconds(20)) {
                try await its.get("/v1/whoami").code == "auth.expired"
            }
        }
    }
}
