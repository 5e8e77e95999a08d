import JSON
import PostgresTesting
import Testing

@Suite struct StatusCommandTests {
    private nonisolated(nonsending) func run(_ server: Gatehouse, _ words: String...) async throws -> Program.Outcome {
        try await Program.run(
            words, environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""])
    }

    /// What is drawn of a Stage: the lines from its own to the next empty one.
    private func part(_ title: String, of drawing: String) -> [String] {
        let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Array(lines.drop { $0 != title }.prefix { !$0.isEmpty })
    }

    @Test func aPipelineIsDrawnInTheOrderInWhichFreightGoes() async throws {
        try await withServer(["--clock", ShippedPipeline.friday]) { server, _ in
            try await server.admin.apply(
                Pipeline.manifests(live: "[\(Oracle.marketHours), {name: sign-off, approval: {required: 1}}]"))
            let freight = try await server.admin.makeFreight(tag: "v1", ["alias": .string("calm-heron")])
            let id = try #require(freight.json?["id"]?.string)
            let waiting = try await server.admin.eventually(id, in: "paper", "Waiting")
            let status = try await run(server, "status", "oracle")
            #expect(status.code == 0, "\(status.errors)")
            #expect(status.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(status.output)")

            let titles = status.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
            #expect(
                titles == [
                    "oracle, revision 1, in a drill", "market → beta, by itself", "beta → paper, by itself",
                    "paper → live",
                ])
            let beta = part("market → beta, by itself", of: status.output)
            #expect(beta.count == 3 && beta[1] == "  open", "\(beta)")
            #expect(beta.last?.hasPrefix("  runs      calm-heron (v1) since 2026-11-20T15:0") == true, "\(beta)")
            let since = try #require(waiting["requestedAt"]?.string)
            #expect(
                part("beta → paper, by itself", of: status.output).dropFirst() == [
                    "  closed    paper is closed: XNYS core session until 16:00 EST, and 20m after it",
                    "            next open 2026-11-20T16:20:00-05:00 (2026-11-20T21:20:00Z)",
                    "  runs      nothing yet", "  waits     calm-heron (v1), by itself, since \(since)",
                    "            paper is closed: XNYS core session until 16:00 EST, and 20m after it",
                ])
            #expect(part("paper → live", of: status.output).contains("  asks for  sign-off (approval)"))
        }
    }

    @Test func whoStoppedAStageAndWhyIsDrawn() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Pipeline.onRequest())
            _ = try await server.admin.disable("paper", ["until": .string("2099-01-01T00:00:00Z")])
            _ = try await server.admin.freeze(["project": "oracle", "stage": "live"])
            let status = try await run(server, "status", "oracle")
            let paper = part("beta → paper", of: status.output).joined(separator: "\n")
            #expect(paper.contains("  disabled  by bootstrap since 2"), "\(paper)")
            #expect(
                paper.replacing("\n            ", with: " ").contains("until 2099-01-01T00:00:00Z: the broker is down"))
            let live = part("paper → live", of: status.output)
            // Nobody knows when somebody ends it.
            #expect(
                live.dropFirst() == [
                    "  closed    live is closed: bootstrap froze it: orders are filled twice",
                    "  runs      nothing yet",
                ])
        }
    }

    @Test func whatRunsAndWasRejectedSaysSo() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Pipeline.onRequest())
            let freight = try await server.admin.freightID(tag: "v1")
            _ = try await server.admin.promote(freight, to: "beta")
            _ = try await server.admin.eventually(freight, in: "beta", "Succeeded")
            let words = ["freight", "reject", "oracle", freight, "--reason", "fills orders twice"]
            _ = try await Program.run(
                words, environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""])
            let beta = try await part("market → beta", of: run(server, "status", "oracle").output)
            #expect(beta.last == "            bootstrap rejected it: fills orders twice", "\(beta)")
        }
    }

    @Test func aWarehouseThatFindsNothingOutIsDrawn() async throws {
        try await withServer { server, _ in
            let images = (1...2).map { Shop.image("127.0.0.1:1/team/app\($0)") }
            try await server.admin.apply(Shop.manifests(Shop.warehouse(images[0], images[1])))
            _ = try await server.admin.refresh()
            let status = try await run(server, "status", "oracle")
            let words = part("market", of: status.output).dropFirst().flatMap { $0.split(separator: " ") }
            #expect(words.prefix(2) == ["fails", "since"], "\(status.output)")
            let why = words.dropFirst(3).joined(separator: " ")
            #expect(why.hasPrefix("127.0.0.1:1/team/app1: the registry cannot be reached. "), "\(why)")
            #expect(why.hasSuffix(" and 1 more of its 2"), "\(why)")
            let json = try await run(server, "status", "oracle", "--json")
            let failing = try JSONValue(parsing: Array(json.output.utf8))["failing"]?.array
            #expect(failing?.compactMap { $0["name"]?.string } == ["market"])
        }
    }

    @Test func programsGetTheDocuments() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Pipeline.onRequest())
            let freight = try await server.admin.freightID(tag: "v1")
            _ = try await server.admin.promote(freight, to: "beta")
            _ = try await server.admin.eventually(freight, in: "beta", "Succeeded")
            let status = try await run(server, "status", "oracle", "--json")
            let document = try JSONValue(parsing: Array(status.output.utf8))
            #expect(document["project"]?["name"]?.string == "oracle")
            #expect(document["stages"]?.array?.compactMap { $0["name"]?.string } == ["beta", "paper", "live"])
            #expect(document["gates"]?["live"]?["verdict"]?.string == "open")
            #expect(document["freight"]?[freight]?["id"]?.string == freight)
        }
    }

    @Test func withoutAProjectAllAreDrawn() async throws {
        try await withServer { server, _ in
            let none = try await run(server, "status")
            #expect(none.code == 0 && none.output.isEmpty)
            #expect(none.errors == "there is no project; 'gatehouse apply' makes one\n")
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
            let shop = (Oracle.projectPolicy() + Oracle.stage("paper")).replacing("oracle", with: "shop")
            _ = try await server.admin.send(
                "PUT", "/v1/projects/shop/manifests", bytes: Array(shop.utf8),
                headers: [("Content-Type", "application/yaml")])
            let both = try await run(server, "status")
            let one = "\n\npaper\n  open\n  runs      nothing yet\n"
            #expect(both.output == "oracle, revision 1" + one + "\nshop, revision 1" + one, "\(both.errors)")
            try await #expect(run(server, "status", "store").code == 1)
            try await #expect(run(server, "status", "oracle", "shop").code == 2)
        }
    }
}
