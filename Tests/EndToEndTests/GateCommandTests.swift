import Glibc
import JSON
import PostgresTesting
import Testing
import Time

@Suite struct GateCommandTests {
    private static let friday = "2026-11-20T15:00:00Z"

    private nonisolated(nonsending) func gate(_ server: Gatehouse, _ words: [String]) async throws -> Program.Outcome {
        try await Program.run(
            ["gate"] + words,
            environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""])
    }

    @Test func itEndsWithWhatTheGateSays() async throws {
        try await withServer(["--clock", Self.friday]) { server, _ in
            let gates = "[\(Oracle.marketHours)]"
            try await server.admin.apply(
                Oracle.projectPolicy() + Oracle.stage("paper", gates: gates) + Oracle.stage("beta"))
            let open = try await gate(server, ["oracle", "beta"])
            #expect(open.code == 0, "\(open.errors)")
            // Open now, and no Freight of this name ever will be: neither has a next time.
            #expect(!open.output.contains("next open"), "\(open.output)")
            let never = try await gate(server, ["oracle", "beta", "--freight", "loud-owl"])
            #expect(never.code == 3 && !never.output.contains("next open"), "\(never.output)")
            let closed = try await gate(server, ["oracle", "paper"])
            #expect(closed.code == 3)
            #expect(closed.output.hasPrefix("paper is closed: "))
            #expect(closed.output.contains("next open  2026-11-20T16:20:00-05:00\n"))
            try await #expect(gate(server, ["oracle", "paper", "--at", "2026-11-20T16:20:00-05:00"]).code == 0)
            let json = try await gate(server, ["oracle", "paper", "--json"])
            #expect(json.code == 3)
            try #expect(JSONValue(parsing: Array(json.output.utf8))["code"]?.string == "market.core_session")
            let quiet = try await gate(server, ["oracle", "paper", "--quiet", "30h"])
            #expect(quiet.output.contains("next quiet  2026-11-20T16:20:00-05:00"))
            try await #expect(gate(server, ["oracle", "paper", "--at", "soon"]).code == 1)
            try await #expect(gate(server, ["oracle", "nowhere"]).code == 3)
        }
    }

    @Test(arguments: [
        ([], "PROJECT STAGE"), (["oracle"], "PROJECT STAGE"),
        (["oracle", "paper", "--timeout", "5s"], "--timeout belongs to --wait"),
        (["oracle", "paper", "--wait", "--timeout", "soon"], "--timeout"),
        (["oracle", "paper", "--wait", "--at", "2026-11-20T15:00:00Z"], "nothing to --wait for"),
    ])
    func whatIsNotUnderstoodEndsWithTwo(words: [String], advice: String) async throws {
        let outcome = try await Program.run(["gate"] + words, environment: ["GATEHOUSE_TOKEN": "x"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(advice), "\(outcome.errors)")
    }

    @Test func theHelpTellsHowLongItWaitsIfNothingIsSaid() async throws {
        let help = try await Program.run(["help", "gate"]).output
        #expect(help.contains("without this it asks once"))
        #expect(help.contains("Waits no longer than this; for ever if nothing is said."))
    }

    @Test func aServerThatCannotBeAskedIsUnknownNotOpen() async throws {
        let variables = ["GATEHOUSE_SERVER": "http://127.0.0.1:1", "GATEHOUSE_TOKEN": "x"]
        try await #expect(Program.run(["gate", "oracle", "paper"], environment: variables).code == 4)
        let waited = try await Program.run(
            ["gate", "oracle", "paper", "--wait", "--timeout", "1s"], environment: variables)
        #expect(waited.code == 4)
    }

    @Test func aTokenThatIsRefusedIsAMistakeAndNotWaitedFor() async throws {
        try await SharedServer.use { server in
            let outcome = try await Program.run(
                ["gate", "oracle", "paper", "--wait"],
                environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": "x"])
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("[auth.invalid]"))
        }
    }

    @Test func itWaitsUntilTheGateOpens() async throws {
        try await withServer(["--clock", Self.friday]) { server, _ in
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
            let now = try Instant(parsing: try #require(try await server.admin.peek().json?["decidedAt"]?.string))
            let (from, until) = (now - .hours(1), now + .seconds(8))
            let window = """
                [{name: soon, window: {kind: deny, from: "\(from.text)", until: "\(until.text)", timeZone: Etc/UTC}}]
                """
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper", gates: window))
            let late = try await gate(server, ["oracle", "paper", "--wait", "--timeout", "1s"])
            #expect(late.code == 3)
            let outcome = try await gate(server, ["oracle", "paper", "--wait"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let end = try Instant(parsing: try #require(try await server.admin.peek().json?["decidedAt"]?.string))
            #expect(end >= until)
        }
    }

    /// Whoever waits does not mind that the server is not there yet.
    @Test func itWaitsForAServerThatIsNotThereYet() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let secret = freshSecret()
                var url = ""
                try await withServer(on: database, adminToken: secret) { server in
                    try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
                    url = server.url
                }
                let waiting = try ChildProcess(
                    Program.path, ["gate", "oracle", "paper", "--wait"],
                    environment: ["GATEHOUSE_SERVER": url, "GATEHOUSE_TOKEN": secret])
                defer { waiting.send(SIGKILL) }
                try await eventually("it has asked in vain") { waiting.errors.contains("Nothing accepts connections") }
                let address = url.replacing("http://", with: "")
                try await withServer(on: database, ["--listen", address], adminToken: secret) { _ in
                    try await eventually("it ends", within: .seconds(60)) { waiting.end != nil }
                }
                #expect(waiting.end == .exit(0))
            }
        }
    }
}
