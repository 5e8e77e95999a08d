import JSON
import PostgresTesting
import Testing

@Suite struct AdmissionTests {
    @Test func aTokenUsedTooOftenHasToWait() async throws {
        try await withServer(["--rate-limit", "2"]) { server, _ in
            var refused: Answer?
            for _ in 1...50 where refused == nil {
                let answer = try await server.admin.get("/v1/whoami")
                if answer.status == 429 { refused = answer }
            }
            #expect(refused?.code == "request.too_fast")
            let wait = try #require(refused?.header("Retry-After").flatMap(Int.init))
            #expect(wait >= 1)
            try await eventually("it may go on") { try await server.admin.get("/v1/whoami").status == 200 }
        }
    }

    @Test func aLimitIsEachTokensOwn() async throws {
        try await withServer(["--rate-limit", "20"]) { server, _ in
            let (other, _) = try await server.admin.makeToken("other")
            try await eventually("one has used up its own") { try await server.admin.get("/v1/whoami").status == 429 }
            try await #expect(other.get("/v1/whoami").status == 200)
        }
    }

    @Test(arguments: [
        "Bearer wrong", "Basic abc", "Bearer", "bearer  x", "Bearer " + String(repeating: "x", count: 2_000),
    ])
    func whatIsNoTokenOfOursIsRefused(header: String) async throws {
        try await SharedServer.use { server in
            let answer = try await server.anonymous.send("GET", "/v1/whoami", headers: [("Authorization", header)])
            #expect(answer.code == "auth.invalid")
            #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
        }
    }

    @Test func failuresToProveOneselfMakeOneEventForEachAddressAndMinute() async throws {
        try await withServer { server, database in
            for _ in 1...20 { _ = try await server.anonymous.with("wrong").get("/v1/whoami") }
            try await eventually("there is an event") { try await database.events("authentication.failed") > 0 }
            // A minute may have ended meanwhile; beyond that no event is due.
            let minutes =
                "select count(distinct date_trunc('minute', at)) from audit_events where code = 'authentication.failed'"
            let (events, expected) = (
                try await database.events("authentication.failed"), try await database.number(minutes)
            )
            #expect(events == expected)
            #expect(expected <= 2)
            let event = try await database.texts(
                "select convert_from(event, 'utf8') from audit_events where code = 'authentication.failed' limit 1")
            let document = try JSONValue(parsing: Array(try #require(event.first).utf8))
            #expect(document["actor"]?["address"]?.string == "127.0.0.1")
            #expect(document["actor"]?["kind"]?.string == "unknown")
        }
    }

    @Test func twoServersTogetherMakeOneEventForAnAddressAndMinute() async throws {
        try await withServer { first, database in
            try await withServer(on: database, adminToken: try #require(first.adminToken)) { second in
                for server in [first, second, first, second] {
                    _ = try await server.anonymous.with("wrong").get("/v1/whoami")
                }
                try await eventually("there is an event") { try await database.events("authentication.failed") > 0 }
                try await first.stop()
            }
            let twins = """
                select count(*) from (select date_trunc('minute', at) from audit_events
                where code = 'authentication.failed' group by 1 having count(*) > 1) minutes
                """
            try await #expect(database.number(twins) == 0)
        }
    }

    @Test func aRequestWithoutATokenIsNoEvent() async throws {
        try await withServer { server, database in
            try await #expect(server.anonymous.get("/v1/whoami").code == "auth.required")
            // The wrong token comes second, so its event is the proof that the first one would have been there by now.
            _ = try await server.anonymous.with("wrong").get("/v1/whoami")
            try await eventually("there is an event") { try await database.events("authentication.failed") > 0 }
            try await #expect(database.events("authentication.failed") == 1)
        }
    }
}
