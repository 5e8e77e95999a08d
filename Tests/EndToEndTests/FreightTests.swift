import JSON
import PostgresTesting
import Testing

@Suite struct FreightTests {
    private static let path = Oracle.path + "/freight"

    private nonisolated(nonsending) func withProject(
        _ body: nonisolated(nonsending) (Gatehouse, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer { server, database in
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("beta") + Oracle.stage("paper"))
            try await body(server, database)
        }
    }

    @Test func theSameArtifactsAreTheSameFreightUnderKargosName() async throws {
        try await withProject { server, database in
            let made = try await server.admin.makeFreight(tag: "v1.2.3")
            #expect(made.status == 201)
            // The first vector of Kargo's algorithm.
            #expect(made.json?["id"]?.string == "ceaf5c0d81d534ba561c3a1b43f1e858f0b7b825")
            #expect(made.json?["madeBy"]?.string == "bootstrap")
            let alias = try #require(made.json?["alias"]?.string)
            let again = try await server.admin.makeFreight(tag: "v1.2.3")
            #expect(again.status == 200)
            #expect(again.json?["alias"]?.string == alias)
            try await #expect(server.admin.get("\(Self.path)/\(alias)").json == made.json)
            try await #expect(server.admin.makeFreight(tag: "v1.2.3", digest: "b").status == 201)
            try await #expect(database.events("freight.created") == 2)
        }
    }

    @Test func freightIsFoundByWhatItIsMadeOf() async throws {
        try await withProject { server, _ in
            for tag in ["v1.0.0", "v1.1.0", "v2.0.0"] { _ = try await server.admin.makeFreight(tag: tag) }
            func tags(_ query: String) async throws -> [String] {
                let found = try await server.admin.get("\(Self.path)?\(query)").json?["freight"]?.array ?? []
                return found.compactMap { $0["images"]?.array?.first?["tag"]?.string }
            }
            try await #expect(tags("") == ["v2.0.0", "v1.1.0", "v1.0.0"])
            try await #expect(tags("tag=v1.1.0") == ["v1.1.0"])
            try await #expect(tags("q=v1.") == ["v1.1.0", "v1.0.0"])
            try await #expect(tags("digest=sha256:" + String(repeating: "a", count: 64)).count == 3)
            try await #expect(tags("commit=" + String(repeating: "0", count: 40)).isEmpty)
            try await #expect(tags("warehouse=other").isEmpty)
            let first = try await server.admin.get("\(Self.path)?q=v1.&limit=1")
            let link = try #require(first.header("Link"))
            let next = try #require(link.split(separator: ">").first?.dropFirst())
            try await #expect(tags(String(next.split(separator: "?")[1])) == ["v1.0.0"])
        }
    }

    @Test func anAliasNeverMeansOtherFreight() async throws {
        try await withProject { server, _ in
            let first = try await server.admin.makeFreight(tag: "v1", ["alias": .string("quiet-otter")])
            let id = try #require(first.json?["id"]?.string)
            try await #expect(
                server.admin.makeFreight(tag: "v2", ["alias": .string("quiet-otter")]).code == "freight.alias_taken")
            func rename(_ freight: String, _ alias: String) async throws -> Answer {
                try await server.admin.send(
                    "PATCH", "\(Self.path)/\(freight)", .object([.init("alias", .string(alias))]))
            }
            try await #expect(rename("quiet-otter", "loud-owl").json?["alias"]?.string == "loud-owl")
            // The name before goes on meaning it.
            try await #expect(server.admin.get("\(Self.path)/quiet-otter").json?["id"]?.string == id)
            let second = try await server.admin.freightID(tag: "v2")
            try await #expect(rename(second, "quiet-otter").code == "freight.alias_taken")
            try await #expect(rename(second, String(repeating: "0", count: 40)).code == "request.bad_field")
            try await #expect(rename("loud-owl", "quiet-otter").json?["alias"]?.string == "quiet-otter")
        }
    }

    @Test func rejectedFreightSaysWhoAndWhyUntilItIsReinstated() async throws {
        try await withProject { server, database in
            let path = try await "\(Self.path)/\(server.admin.freightID(tag: "v1"))"
            let rejected = try await server.admin.post(path + "/reject", reason("fills orders twice"))
            #expect(rejected.json?["rejected"]?["reason"]?.string == "fills orders twice")
            try await #expect(server.admin.post(path + "/reject", reason("again")).code == "freight.rejected_already")
            let operators = try await server.admin.makeToken("olga", roles: ["operator"]).client
            try await #expect(operators.post(path + "/reinstate", reason("please")).status == 403)
            let onlyBeta: [String: JSONValue] = [
                "projects": .array([.string("oracle")]), "stages": .array([.string("beta")]),
            ]
            let narrow = try await server.admin.makeToken("nora", roles: ["approver"], onlyBeta).client
            try await #expect(narrow.post(path + "/reinstate", reason("please")).code == "auth.out_of_reach")
            let back = try await server.admin.post(path + "/reinstate", reason("it was the broker"))
            #expect(back.status == 200 && back.json?["rejected"] == nil)
            try await #expect(server.admin.post(path + "/reinstate", reason("twice")).code == "freight.not_rejected")
            try await #expect(database.events("freight.rejected") == 1)
            try await #expect(database.events("freight.reinstated") == 1)
        }
    }

    @Test func whatCannotBeFreightIsRefusedByItsPlace() async throws {
        try await withProject { server, _ in
            let bad = try await server.admin.makeFreight(tag: "v1", digest: "x")
            #expect(bad.code == "request.bad_field")
            #expect(bad.json?["field"]?.string == "images[0].digest")
            let nothing = try await server.admin.makeFreight(tag: "v1", ["images": .array([])])
            #expect(nothing.json?["field"]?.string == "images")
            try await #expect(server.admin.get("\(Self.path)/nobody").code == "freight.not_found")
            try await #expect(
                server.admin.post("/v1/projects/none/freight", .object([.init("warehouse", .string("m"))])).status
                    == 400)
        }
    }
}
