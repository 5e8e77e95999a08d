import JSON
import PostgresTesting
import Testing

/// Deployers outside ask to be let in, do the work, and tell what became of it.
@Suite struct ExternalTests {
    private nonisolated(nonsending) func enter(
        _ client: Client, _ freight: String, _ stage: String = "beta"
    ) async throws -> Answer {
        try await client.promote(freight, to: stage, ["kind": .string("external")])
    }

    private nonisolated(nonsending) func report(
        _ client: Client, _ id: String, _ outcome: String
    ) async throws -> Answer {
        try await client.post("\(Oracle.path)/promotions/\(id)/result", .object([.init("outcome", .string(outcome))]))
    }

    @Test func whoIsLetInTellsHowItWent() async throws {
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.onRequest())
            let freight = try await client.freightID(tag: "v1")
            let entered = try await enter(client, freight)
            #expect(entered.status == 202 && entered.json?["phase"]?.string == "Running")
            #expect(entered.json?["deadline"]?.string != nil)
            let id = try #require(entered.json?["id"]?.string)
            try await #expect(report(client, id, "fine").code == "request.bad_field")
            try await #expect(report(client, id, "succeeded").json?["phase"]?.string == "Succeeded")
            try await #expect(report(client, id, "failed").code == "promotion.ended")
            let retried = try await client.post("\(Oracle.path)/promotions/\(id)/retry", .object([]))
            #expect(retried.code == "promotion.not_retried")
            #expect(retried.json?["detail"]?.string == "'\(id)' is of a deployer outside, which asks again by itself")
            let stage = try await client.get("\(Oracle.path)/stages/beta").json
            #expect(stage?["current"]?.array?.first?["freight"]?.string == freight)
            // What it verified lets those behind in.
            try await #expect(enter(client, freight, "paper").status == 202)
        }
    }

    @Test func whoIsNotLetInLeavesNothingBehind() async throws {
        try await withServer(["--clock", "2026-11-20T15:00:00Z"]) { server, database in
            let client = server.admin
            try await client.apply(Pipeline.onRequest(beta: "[\(Oracle.marketHours)]"))
            let freight = try await client.freightID(tag: "v1")
            let refused = try await enter(client, freight)
            #expect(refused.status == 423 && refused.json?["code"]?.string == "market.core_session")
            try await #expect(enter(client, freight, "paper").status == 409)
            try await #expect(database.number("select count(*) from promotions") == 0)
        }
    }

    @Test func whoeverComesTooLateIsToldForWhat() async throws {
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
            let ada = try await client.makeToken("ada", roles: ["operator"]).client
            let ben = try await client.makeToken("ben", roles: ["approver"]).client
            let freight = try await client.freightID(tag: "v1")
            let path = "\(Oracle.path)/freight/\(freight)"
            let here = try await ben.approve(freight, in: "beta").json?["id"]?.string ?? ""
            let elsewhere = try await ben.approve(freight, in: "paper").json?["id"]?.string ?? ""
            let entered = try await enter(ada, freight)
            let id = try #require(entered.json?["id"]?.string, "\(entered.text)")
            func inFlight(_ answer: Answer) -> [String]? {
                answer.status == 200 ? answer.json?["inFlight"]?.array?.compactMap(\.string) : nil
            }
            func revoke(_ approval: String) async throws -> Answer {
                try await ben.post("\(path)/approvals/\(approval)/revoke", reason("an unusual week"))
            }
            try await #expect(inFlight(revoke(elsewhere)) == [])
            try await #expect(inFlight(revoke(here)) == [id])
            try await #expect(inFlight(client.post(path + "/reject", reason("it is slow"))) == [id])
            try await #expect(report(client, id, "succeeded").json?["phase"]?.string == "Failed")
            try await #expect(inFlight(client.post(path + "/reinstate", reason("it is not"))) == [])
        }
    }

    @Test func itNeverWaitsAndSaysSoWhereItIsAskedTo() async throws {
        try await withServer { server, database in
            let client = server.admin
            try await client.apply(Pipeline.onRequest())
            let freight = try await client.freightID(tag: "v1")
            for (field, value) in [("waitUntil", "2099-01-01T00:00:00Z"), ("ifClosed", "wait"), ("ifClosed", "refuse")]
            {
                let refused = try await client.promote(
                    freight, to: "beta", ["kind": .string("external"), field: .string(value)])
                #expect(refused.status == 400 && refused.json?["field"]?.string == field, "\(refused.text)")
            }
            try await #expect(database.number("select count(*) from promotions") == 0)
            try await #expect(client.promote(freight, to: "beta", ["ifClosed": .string("refuse")]).status == 202)
        }
    }

    @Test func oneAtATimeIsLetIn() async throws {
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.onRequest())
            let first = try await client.freightID(tag: "v1")
            let id = try await enter(client, first).json?["id"]?.string ?? ""
            let second = try await client.freightID(tag: "v2")
            let refused = try await enter(client, second)
            #expect(refused.status == 409 && refused.code == "promotion.slot_taken")
            #expect(refused.header("Location")?.hasSuffix(id) == true)
            // A deployer outside cannot be told to stop: its slot is free at once.
            _ = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            try await #expect(client.promotions(of: first, into: "beta").first?["phase"]?.string == "Aborted")
            try await #expect(enter(client, second).status == 202)
        }
    }

    @Test func whoTellsNothingInTimeHasErrored() async throws {
        try await withServer(["--clock", "2026-11-20T15:00:00Z@2000"]) { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.onRequest())
            let freight = try await client.freightID(tag: "v1")
            try await #expect(enter(client, freight).status == 202)
            let ended = try await client.eventually(freight, in: "beta", "Errored")
            #expect(ended["code"]?.string == "promotion.deadline_passed")
        }
    }

    @Test func whatWasRejectedMeanwhileFailsHoweverItWent() async throws {
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.onRequest())
            let freight = try await client.freightID(tag: "v1")
            let id = try await enter(client, freight).json?["id"]?.string ?? ""
            _ = try await client.post("\(Oracle.path)/freight/\(freight)/reject", reason("it is slow"))
            let answer = try await report(client, id, "succeeded")
            #expect(answer.json?["phase"]?.string == "Failed")
            #expect(answer.json?["gate"]?.string == "freight.rejected")
        }
    }
}
