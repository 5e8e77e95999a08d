import JSON
import PostgresTesting
import Testing

@Suite struct InboxTests {
    private static let gated = Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]")

    private nonisolated(nonsending) func kinds(_ client: Client) async throws -> [String] {
        try await client.get("/v1/inbox").json?.texts("inbox", "kind") ?? []
    }

    @Test func itListsWhatOthersAskedForAndWhereToSayYes() async throws {
        try await withServer(["--rate-limit", "0"]) { server, _ in
            try await server.admin.apply(Self.gated)
            let asker = try await server.admin.makeToken("asker", roles: ["operator", "approver"]).client
            let approver = try await server.admin.makeToken("approver", roles: ["approver"]).client
            let viewer = try await server.admin.makeToken("viewer", roles: ["viewer", "operator"]).client
            let elsewhere = try await server.admin.makeToken(
                "elsewhere", roles: ["approver"], ["projects": .texts(["shop"])]
            ).client
            let freight = try await server.admin.freightID(tag: "v1.0.0")
            _ = try await asker.promote(freight, to: "beta")
            let waiting = try await server.admin.eventually(freight, in: "beta", "Waiting")
            let inbox = try await approver.get("/v1/inbox")
            let item = try #require(inbox.json?["inbox"]?.array?.first, "\(inbox.text)")
            #expect(item["kind"]?.string == "approval" && item["id"] == waiting["id"])
            #expect(item["requestedBy"]?.string == "asker")
            let alias = try #require(
                try await server.admin.get("\(Oracle.path)/freight/\(freight)").json?["alias"]?.string)
            #expect(item["alias"]?.string == alias && item["gates"]?.array?.compactMap(\.string) == ["sign-off"])
            let line = try await Program.run(
                ["inbox"], environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": approver.token ?? ""])
            #expect(line.output.contains("  approval  oracle/beta  \(alias)  sign-off  asker  "), "\(line.output)")
            #expect(
                line.output.hasSuffix("  gatehouse freight approve oracle \(alias) --stage beta --note TEXT\n"),
                "\(line.output)")
            let act = try #require(item["act"]?.string)
            // Whoever asked, who may not approve, and who reaches other projects only are not asked.
            for client in [asker, viewer, elsewhere] { try await #expect(kinds(client).isEmpty) }
            let said = try await approver.post(
                act, .object([.init("stage", .string("beta")), .init("note", .string("looks right"))]))
            #expect(said.status == 201, "\(said.text)")
            _ = try await server.admin.eventually(freight, in: "beta", "Succeeded")
            try await #expect(kinds(approver).isEmpty)
        }
    }

    @Test func revisionsAndAdjustmentsWaitThereToo() async throws {
        try await withServer(["--rate-limit", "0"]) { server, _ in
            let author = try await server.admin.makeToken("author", roles: ["admin", "operator", "approver"]).client
            let approver = try await server.admin.makeToken("approver", roles: ["approver"]).client
            let strict = Oracle.projectPolicy(approvals: 1)
            #expect(try await author.put(strict + Oracle.stage("beta", gates: "[\(Oracle.marketHours)]")).status == 200)
            let looser = try await author.put(strict + Oracle.stage("beta"))
            #expect(looser.status == 202, "\(looser.text)")
            let body = #"{"date": "2028-12-01", "kind": "closed", "reason": "mourning", "source": "nyse.com"}"#
            let asked = try await author.post(
                "/v1/calendars/XNYS/adjustments", try JSONValue(parsing: Array(body.utf8)))
            #expect((200...299).contains(asked.status), "\(asked.text)")
            let mine = try await approver.get("/v1/inbox?limit=1")
            #expect(mine.json?.texts("inbox", "kind") == ["revision"], "\(mine.text)")
            let next = try #require(mine.json?["next"]?.string)
            let rest = try await approver.get("/v1/inbox?limit=1&cursor=\(next)")
            #expect(rest.json?.texts("inbox", "kind") == ["adjustment"], "\(rest.text)")
            try await #expect(kinds(author).isEmpty)
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": approver.token ?? ""]
            let command = try await Program.run(["inbox"], environment: variables)
            let lines = command.output.split(separator: "\n")
            #expect(lines.count == 2, "\(command.errors)")
            #expect(lines.first?.hasSuffix("  gatehouse approve revision oracle 2") == true, "\(lines)")
            #expect(lines.last?.contains("  gatehouse calendar approve XNYS ") == true, "\(lines)")
        }
    }

    @Test func breakGlassIsListedWithTheGatesThatItPassesAndWhatToType() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let id = try #require(try await people.anna.breakGlass(freight).json?["id"]?.string)
            let variables = ["GATEHOUSE_SERVER": people.ben.url, "GATEHOUSE_TOKEN": people.ben.token ?? ""]
            let asked = try await Program.run(["inbox"], environment: variables)
            #expect(asked.output.contains("  override  oracle/paper  "), "\(asked.output)")
            #expect(asked.output.contains("  market-hours  anna  "), "\(asked.output)")
            #expect(asked.output.hasSuffix("  gatehouse break-glass approve oracle \(id)\n"), "\(asked.output)")
            try await #expect(people.ben.say("approve", to: id).status == 200)
            try await #expect(people.anna.promote(freight, to: "paper").status == 202)
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let used = try await Program.run(
                ["inbox"], environment: variables.merging(["GATEHOUSE_TOKEN": people.carl.token ?? ""]) { $1 })
            #expect(
                used.output.hasSuffix("  gatehouse break-glass review oracle \(id) --outcome WORD --note TEXT\n"),
                "\(used.output)")
        }
    }
}
