import Glibc
import JSON
import PostgresTesting
import Testing

@Suite struct OperationsTests {
    @Test func aServerTellsHowItIs() async throws {
        try await SharedServer.use { server in
            try await #expect(server.anonymous.get("/livez").json?["status"]?.string == "alive")
            try await #expect(server.anonymous.get("/readyz").json?["status"]?.string == "ready")
            try await #expect(server.anonymous.get("/version").json?["libraries"]?["icu"] != nil)
        }
    }

    @Test func aRequestKeepsTheNameThatItsClientGaveIt() async throws {
        try await SharedServer.use { server in
            let named = try await server.admin.send("GET", "/v1/whoami", headers: [("X-Request-Id", "mine-1")])
            #expect(named.header("X-Request-Id") == "mine-1")
            let problem = try await server.anonymous.send("GET", "/v1/whoami", headers: [("X-Request-Id", "mine-2")])
            #expect(problem.json?["requestId"]?.string == "mine-2")
            let first = try await server.admin.get("/v1/whoami").header("X-Request-Id")
            let second = try await server.admin.get("/v1/whoami").header("X-Request-Id")
            #expect(first != nil && second != nil && first != second)
        }
    }

    @Test func theMetricsAreWellFormed() async throws {
        try await SharedServer.use { server in
            _ = try await server.anonymous.get("/nothing")
            let answer = try await server.admin.get("/metrics")
            #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            for finding in MetricsText(answer.text).findings { Issue.record("\(finding)") }
            for name in ["gatehouse_ready 1", "gatehouse_drill 0", "gatehouse_build_info{version="] {
                #expect(answer.text.contains("\n\(name)"))
            }
        }
    }

    @Test(.enabled(if: Promtool.path != nil, "skipped: promtool is not there")) func promtoolTakesTheMetrics()
        async throws
    {
        try await SharedServer.use { server in
            let answer = try await server.admin.get("/metrics")
            try await withFolder { folder in
                let path = folder + "/metrics"
                let file = try #require(fopen(path, "w"))
                fputs(answer.text, file)
                fclose(file)
                let promtool = try #require(Promtool.path)
                let outcome = try await Program.call("sh", ["-c", "exec \"$0\" check metrics <\"$1\"", promtool, path])
                // It has one wish: seconds. Whoever is told of a calendar's end thinks in days.
                let wishes = (outcome.output + outcome.errors).split(separator: "\n").filter {
                    !$0.hasPrefix("gatehouse_calendar_horizon_days use base unit")
                }
                #expect(wishes.isEmpty && [0, 3].contains(outcome.code), "\(outcome.output)\(outcome.errors)")
            }
        }
    }

    @Test func whatAMetricsPageMayNotHoldIsFound() {
        let wrong = [
            "a_total 1", "# TYPE a counter\na x", "# HELP a A.\n# TYPE a gauge\na 1\na 1",
            "# HELP a A.\n# TYPE a gauge\na{b=c} 1",
            "# HELP a A.\n# TYPE a counter\na 1",
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_sum 1\na_count 2",
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1",
        ]
        for text in wrong { #expect(!MetricsText(text + "\n").findings.isEmpty, "\(text)") }
    }

    @Test func logLinesAreJSONWithTheRequestsName() async throws {
        try await withServer { server, _ in
            let (its, _) = try await server.admin.makeToken("logged")
            let secrets = [server.adminToken, its.token].compactMap { $0 }
            let made = try await server.admin.post("/v1/tokens", newToken("logged too"))
            _ = try await its.get("/v1/tokens")
            _ = try await its.with("wrong-secret-value").get("/v1/whoami")
            _ = try await server.anonymous.get("/v1/whoami?token=\(secrets[0])")
            let id = try #require(made.header("X-Request-Id"))
            try await eventually("the request is logged") { server.logged("\"requestId\":\"\(id)\"") }
            try await server.stop()
            for line in server.lines {
                let json = try? JSONValue(parsing: Array(line.utf8))
                #expect(
                    json?["time"]?.string != nil && json?["level"]?.string != nil && json?["message"]?.string != nil,
                    "\(line)")
            }
            let log = server.process.errors + server.process.output
            for secret in secrets + ["wrong-secret-value"] { #expect(!log.contains(secret)) }
        }
    }

    @Test func aStopLetsAnswersOutThatAreUnderWay() async throws {
        try await withServer { server, database in
            try await database.run(
                """
                create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(4); return new; end';
                create trigger tokens_dawdle before insert on tokens for each row execute function dawdle()
                """)
            async let answer = server.admin.post("/v1/tokens", newToken("under way"))
            try await eventually("the request is under way") {
                // Only a superuser sees what other roles' sessions wait for.
                try await database.texts(
                    "select pid::text from pg_stat_activity where wait_event = 'PgSleep'", as: database.superuserURL
                ).isEmpty == false
            }
            server.process.send(SIGTERM)
            try await eventually("the server stops") { server.logged("\"message\":\"stopping\"") }
            try await eventually("no one else gets in") {
                do {
                    return try await server.anonymous.get("/readyz").status == 503
                } catch {
                    return true
                }
            }
            try await #expect(answer.status == 201)
            try await eventually("the server is gone") { server.process.end != nil }
            #expect(server.process.end == .exit(0))
            #expect(server.logged("\"message\":\"stopped\""))
        }
    }
}
