import JSON
import PostgresTesting
import Testing

@Suite struct HoldTests {
    private nonisolated(nonsending) func withPipeline(
        _ manifests: String = Pipeline.manifests(paper: "[]"),
        _ body: nonisolated(nonsending) (Client, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer { server, database in
            try await server.admin.apply(manifests)
            try await body(server.admin, database)
        }
    }

    @Test func whatIsHeldGoesInByItselfOnceItIsResumed() async throws {
        try await withPipeline { client, database in
            let held = try await client.hold("paper", ["warehouse": .string("market")])
            #expect(held.status == 200)
            #expect(held.json?["holds"]?.array?.first?["by"]?.string == "bootstrap")
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "beta", "Succeeded")
            let shown = try await client.get("\(Oracle.path)/stages/paper").json
            let hold = try #require(shown?["holds"]?.array?.first)
            #expect(hold["warehouse"]?.string == "market" && hold["reason"]?.string == "the broker is being moved")
            #expect(hold["at"]?.string != nil)
            try await #expect(client.promotions(of: freight, into: "paper").isEmpty)
            let resumed = try await client.resume("paper")
            #expect(resumed.status == 200 && resumed.json?["holds"]?.array?.isEmpty == true)
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
            try await #expect(database.events("stage.held") == 1)
            try await #expect(database.events("stage.resumed") == 1)
        }
    }

    @Test func whatWaitsAlreadyIsHeldTooAndLookedAtAtOnceWhenItGoesOn() async throws {
        try await withServer(["--clock", "2026-11-20T15:00:00Z"]) { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.manifests())
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "market.core_session")
            try await #expect(client.hold("paper").status == 200)
            try await client.apply(Pipeline.manifests(paper: "[]"))
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "promotion.origin_held")
            try await #expect(client.resume("paper").status == 200)
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
        }
    }

    @Test func whatChangesNothingIsSaid() async throws {
        try await withPipeline { client, database in
            try await #expect(client.resume("paper").code == "stage.not_held")
            try await #expect(client.hold("paper").status == 200)
            let again = try await client.hold("paper")
            #expect(again.status == 409 && again.code == "stage.held_already")
            #expect(again.json?["detail"]?.string?.contains("bootstrap held it at") == true)
            try await #expect(client.hold("papper").code == "stage.not_found")
            let stranger = try await client.hold("paper", ["warehouse": .string("other")])
            #expect(stranger.status == 400 && stranger.json?["field"]?.string == "warehouse")
            try await #expect(client.post("\(Oracle.path)/stages/beta/hold", .object([])).status == 400)
            try await #expect(database.events("stage.held") == 1)
        }
    }

    @Test func whereAStageTakesSeveralItIsSaidWhichIsHeld() async throws {
        let two = Pipeline.onRequest().replacing(
            "sources: {direct: true}}",
            with: "sources: {direct: true}}\n    - {origin: {kind: Warehouse, name: other}, sources: {direct: true}}")
        try await withPipeline(two) { client, _ in
            let unclear = try await client.hold("beta")
            #expect(unclear.status == 400 && unclear.json?["field"]?.string == "warehouse")
            #expect(unclear.json?["detail"]?.string == "'beta' takes Freight from market, other")
            try await #expect(client.hold("beta", ["warehouse": .string("other")]).status == 200)
            try await #expect(client.hold("beta", ["warehouse": .string("market")]).status == 200)
            // Also for what the Stage does not take any more.
            try await client.apply(Pipeline.onRequest())
            let resumed = try await client.resume("beta", ["warehouse": .string("other")])
            #expect(resumed.json?["holds"]?.array?.compactMap { $0["warehouse"]?.string } == ["market"])
        }
    }

    @Test func anOperatorHoldsAndResumesFromATerminal() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Pipeline.onRequest())
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
            func run(_ words: [String]) async throws -> Program.Outcome {
                try await Program.run(words, environment: variables)
            }
            let held = try await run(["hold", "oracle", "paper", "--reason", "the broker is being moved"])
            #expect(held.output.hasPrefix("paper  held  market  bootstrap  "), "\(held.errors)")
            #expect(held.output.hasSuffix("  the broker is being moved\n"))
            let resumed = try await run(["resume", "oracle", "paper", "--reason", "moved", "--warehouse", "market"])
            #expect(resumed.output == "paper  goes on\n", "\(resumed.errors)")
            let twice = try await run(["resume", "oracle", "paper", "--reason", "moved"])
            #expect(twice.code == 1 && twice.errors.contains("[stage.not_held]"))
            try await #expect(run(["hold", "oracle", "paper"]).code == 2)
        }
    }

    @Test func freightThatIsPromotedAgainHasBeenThereSinceItCame() async throws {
        try await withPipeline(Pipeline.onRequest()) { client, _ in
            func current() async throws -> JSONValue? {
                try await client.get("\(Oracle.path)/stages/beta").json?["current"]?.array?.first
            }
            let first = try await client.freightID(tag: "v1")
            try await client.promoteWell(first, to: "beta")
            let before = try await current()
            #expect(before?["freight"]?.string == first)
            try await client.promoteWell(first, to: "beta")
            try await #expect(current() == before)
            let second = try await client.freightID(tag: "v2")
            try await client.promoteWell(second, to: "beta")
            try await #expect(current()?["freight"]?.string == second)
            // What comes back begins anew.
            try await client.promoteWell(first, to: "beta")
            let again = try await current()
            #expect(again?["freight"]?.string == first && again?["since"] != before?["since"])
        }
    }
}

extension Client {
    /// Lets nothing go into a Stage by itself.
    nonisolated(nonsending) func hold(
        _ stage: String, _ more: [String: JSONValue] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await change(stage, "hold", "the broker is being moved", more, location)
    }

    /// Lets it go on.
    nonisolated(nonsending) func resume(
        _ stage: String, _ more: [String: JSONValue] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await change(stage, "resume", "the broker is where it belongs", more, location)
    }

    private nonisolated(nonsending) func change(
        _ stage: String, _ act: String, _ reason: String, _ more: [String: JSONValue], _ location: SourceLocation
    ) async throws -> Answer {
        let body = ["reason": .string(reason)].merging(more) { $1 }.map(JSONValue.Member.init)
        return try await post("\(Oracle.path)/stages/\(stage)/\(act)", .object(body), location: location)
    }

    /// Promotes a Freight, and waits until that promotion has succeeded.
    fileprivate nonisolated(nonsending) func promoteWell(
        _ freight: String, to stage: String, location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await promote(freight, to: stage, location: location)
        let id = try #require(answer.json?["id"]?.string, "\(answer.text)", sourceLocation: location)
        try await PostgresTesting.eventually("\(id) has succeeded") {
            try await get("\(Oracle.path)/promotions/\(id)", location: location).json?["phase"]?.string == "Succeeded"
        }
    }
}
