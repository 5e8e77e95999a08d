import JSON
import PostgresTesting
import Testing

@Suite struct FreezeTests {
    private static let friday = "2026-11-20T15:00:00Z"

    private nonisolated(nonsending) func withProject(
        _ arguments: [String] = ["--clock", friday],
        _ body: nonisolated(nonsending) (Gatehouse, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer(arguments) { server, database in
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("beta") + Oracle.stage("paper"))
            try await body(server, database)
        }
    }

    /// Which of the two Stages are open.
    private nonisolated(nonsending) func open(_ server: Gatehouse) async throws -> [String] {
        var open: [String] = []
        for stage in ["beta", "paper"] {
            let peek = try await server.admin.peek(stage)
            if peek.status == 200 { open.append(stage) }
        }
        return open
    }

    @Test(arguments: [
        ([:], []), (["project": "oracle"], []), (["project": "oracle", "stage": "paper"], ["beta"]),
    ])
    func aFreezeClosesWhatItReachesAtOnceAndItsEndOpensIt(scope: [String: String], rest: [String]) async throws {
        try await withProject { server, database in
            try await #expect(open(server) == ["beta", "paper"])
            let id = try await server.admin.freeze(scope)
            try await #expect(open(server) == rest)
            let peek = try await server.admin.peek("paper").json
            #expect(peek?["code"]?.string == "freeze.active")
            #expect(peek?["reason"]?.string?.contains("orders are filled twice") == true)
            try await #expect(database.events("freeze.started") == 1)
            let ended = try await server.admin.endFreeze(id)
            #expect(ended.status == 200)
            #expect(ended.json?["active"]?.bool == false)
            #expect(ended.json?["endedBy"]?.string == "bootstrap")
            try await #expect(open(server) == ["beta", "paper"])
            try await #expect(database.events("freeze.ended") == 1)
            try await #expect(server.admin.endFreeze(id).code == "freeze.ended")
        }
    }

    @Test func aFreezeEndsByItselfWhenItsTimeIsOver() async throws {
        // A minute a second.
        try await withProject(["--clock", Self.friday + "@60"]) { server, _ in
            let id = try await server.admin.freeze([:], ["until": .string("2026-11-20T19:00:00Z")])
            let shown = try await server.admin.get("/v1/freezes/\(id)").json
            #expect(shown?["until"]?.string == "2026-11-20T19:00:00Z")
            try await #expect(server.admin.peek(at: "2026-11-20T18:59:59.999999Z").status == 423)
            try await #expect(server.admin.peek(at: "2026-11-20T19:00:00Z").status == 200)
        }
    }

    @Test func aFreezeThatStopsNothingIsRefused() async throws {
        try await withProject { server, database in
            let admin = server.admin
            for (scope, field) in [
                (["project": "orakel"], "scope.project"), (["project": "oracle", "stage": "prod"], "scope.stage"),
            ] {
                let answer = try await admin.post("/v1/freezes", newFreeze(scope))
                #expect(answer.code == "freeze.invalid")
                #expect(answer.json?["field"]?.string == field)
            }
            for (body, field) in [
                (newFreeze(["stage": "paper"]), "scope.stage"), (newFreeze(["porject": "x"]), "scope.porject"),
                (newFreeze([:], ["until": .string("2026-11-20T15:00:00Z")]), "until"),
                (newFreeze([:], ["until": .string("tomorrow")]), "until"),
                (newFreeze([:], ["scope": .string("all")]), "scope"), (reason("no scope"), "scope"),
                (newFreeze([:], ["reason": .string("")]), "reason"),
            ] {
                let answer = try await admin.post("/v1/freezes", body)
                #expect(answer.code == "request.bad_field")
                #expect(answer.json?["field"]?.string == field, "\(answer.text)")
            }
            try await #expect(database.number("select count(*) from freezes") == 0)
            try await #expect(
                admin.post("/v1/freezes", newFreeze([:], ["abortInFlight": .bool(false)])).json?["inFlight"]?.array
                    == [])
        }
    }

    @Test func aTokenStopsNoMoreThanItReaches() async throws {
        try await withProject { server, _ in
            let admin = server.admin
            let roles = ["operator", "approver"]
            let oracle = try await admin.makeToken("oracle", roles: roles, ["projects": .texts(["oracle"])]).client
            let paper = try await admin.makeToken(
                "paper", roles: roles, ["projects": .texts(["oracle"]), "stages": .texts(["paper"])]
            ).client
            let other = try await admin.makeToken("other", roles: roles, ["projects": .texts(["else"])]).client
            let scopes = [[:], ["project": "oracle"], ["project": "oracle", "stage": "paper"]]
            for (client, reached) in [
                (oracle, [false, true, true]), (paper, [false, false, true]), (other, [false, false, false]),
            ] {
                for (scope, isReached) in zip(scopes, reached) {
                    let answer = try await client.post("/v1/freezes", newFreeze(scope))
                    #expect(answer.status == (isReached ? 201 : 403), "\(answer.text)")
                    #expect(isReached || answer.code == "auth.out_of_reach")
                }
            }
            let everything = try await admin.freeze([:])
            let project = try await admin.freeze(["project": "oracle"])
            try await #expect(paper.endFreeze(project).code == "auth.out_of_reach")
            try await #expect(oracle.endFreeze(everything).code == "auth.out_of_reach")
            try await #expect(other.endFreeze(project).code == "freeze.not_found")
            try await #expect(other.get("/v1/freezes/\(project)").code == "freeze.not_found")
            // What stops everything concerns everybody.
            try await #expect(other.get("/v1/freezes/\(everything)").status == 200)
            try await #expect(other.get("/v1/freezes").json?["freezes"]?.array?.count == 1)
            try await #expect(oracle.endFreeze(project).status == 200)
        }
    }

    @Test func freezesAreListed() async throws {
        try await withProject { server, _ in
            let admin = server.admin
            let first = try await admin.freeze([:])
            let second = try await admin.freeze(["project": "oracle"])
            _ = try await admin.endFreeze(first)
            func ids(_ query: String) async throws -> [String?]? {
                try await admin.get("/v1/freezes" + query).json?["freezes"]?.array?.map { $0["id"]?.string }
            }
            try await #expect(ids("") == [first, second].sorted())
            try await #expect(ids("?active=true") == [second])
            try await #expect(ids("?active=false") == [first])
            let page = try await admin.get("/v1/freezes?limit=1").json
            let next = try #require(page?["next"]?.string)
            try await #expect(ids("?cursor=\(next)") == [max(first, second)])
            try await #expect(admin.get("/v1/freezes?active=maybe").code == "request.bad_field")
            try await #expect(admin.get("/v1/freezes/aaaaaaaaaaaaaaaa").code == "freeze.not_found")
        }
    }
}
