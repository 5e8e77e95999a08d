import JSON
import PostgresTesting
import Testing

@Suite struct FreightTests {
    private static let path = Oracle.path + "/freight"

    private nonisolated(nonsending) func withProject(
        _ body: nonisolated(nonsending) (Gatehouse, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer { server, database in
            try await server.admin.apply(Pipeline.onRequest())
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

    @Test func freightThatIsThereKeepsItsAliasWhateverWhoeverReportsItAgainCallsIt() async throws {
        try await withProject { server, database in
            let alias: [String: JSONValue] = ["alias": .string("quiet-otter")]
            try await #expect(server.admin.makeFreight(tag: "v1", alias).status == 201)
            try await #expect(server.admin.makeFreight(tag: "v1", alias).status == 200)
            let other = try await server.admin.makeFreight(tag: "v1", ["alias": .string("loud-owl")])
            #expect(other.status == 409 && other.code == "freight.other_alias")
            #expect(other.json?["hint"]?.string?.hasPrefix("PATCH /v1/projects/oracle/freight/quiet-otter") == true)
            try await #expect(database.events("freight.created") == 1)
        }
    }

    @Test func freightIsRefusedThatItsWarehouseWouldNeverMake() async throws {
        try await withProject { server, database in
            func refused(_ more: [String: JSONValue]) async throws -> (field: String?, hint: String?) {
                let answer = try await server.admin.makeFreight(tag: "v1", more)
                #expect(answer.status == 422 && answer.code == "freight.not_of_warehouse", "\(answer.text)")
                return (answer.json?["field"]?.string, answer.json?["hint"]?.string)
            }
            let nowhere = try await refused(["warehouse": .string("markte")])
            #expect(nowhere.field == "warehouse" && nowhere.hint == "one of: market, other")
            let chart: JSONValue = .object([
                .init("repoURL", .string("oci://ghcr.io/acme/charts/trader")), .init("version", .string("1.2.3")),
            ])
            let more = try await refused(["charts": .array([chart])])
            #expect(more.field == "charts[0]")
            #expect(more.hint == "'market' asks for one of each: image of ghcr.io/acme/trader")
            let less = try await refused(["images": .array([]), "charts": .array([chart])])
            #expect(less.field == "charts[0]")
            try await #expect(database.events("freight.created") == 0)
            // What is there already is told as it is, whatever the Warehouse asks for by now.
            let known = try await server.admin.freightID(tag: "v1")
            let elsewhere = Pipeline.onRequest().replacing("ghcr.io/acme/trader", with: "ghcr.io/acme/seller")
            try await server.admin.apply(elsewhere)
            let again = try await server.admin.makeFreight(tag: "v1")
            #expect(again.status == 200 && again.json?["id"]?.string == known)
            try await #expect(server.admin.makeFreight(tag: "v2").code == "freight.not_of_warehouse")
        }
    }

    @Test func aDigestAndACommitAreLookedForTogether() async throws {
        try await withProject { server, _ in
            let both = Pipeline.onRequest().replacing(
                "imageSelectionStrategy: Lexical}",
                with: "imageSelectionStrategy: Lexical}\n    - git: {repoURL: 'https://github.com/acme/deploy'}")
            try await server.admin.apply(both)
            for (tag, digest, commit) in [("v1", "a", "1"), ("v2", "a", "2"), ("v3", "b", "2")] {
                let made: JSONValue = .object([
                    .init("repoURL", .string("https://GitHub.com/acme/deploy.git")),
                    .init("id", .string(String(repeating: commit, count: 40))),
                ])
                let answer = try await server.admin.makeFreight(
                    tag: tag, digest: Character(digest), ["commits": .array([made])])
                #expect(answer.status == 201, "\(answer.text)")
            }
            func tags(_ query: String) async throws -> [String] {
                let found = try await server.admin.get("\(Self.path)?\(query)").json?["freight"]?.array ?? []
                return found.compactMap { $0["images"]?.array?.first?["tag"]?.string }
            }
            let digest = "digest=sha256:" + String(repeating: "a", count: 64)
            let commit = "commit=" + String(repeating: "2", count: 40)
            try await #expect(tags(digest) == ["v2", "v1"])
            try await #expect(tags(commit) == ["v3", "v2"])
            try await #expect(tags("\(digest)&\(commit)") == ["v2"])
        }
    }

    @Test func freightTellsWhereItDidWellWhereItIsAndWhoSaidYes() async throws {
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.manifests(paper: "[]"))
            let old = try await client.freightID(tag: "v1")
            _ = try await client.eventually(old, in: "paper", "Succeeded")
            let new = try await client.freightID(tag: "v2")
            _ = try await client.eventually(new, in: "paper", "Succeeded")
            _ = try await client.promote(old, to: "live")
            _ = try await client.eventually(old, in: "live", "Succeeded")
            try await #expect(client.approve(new, in: "live").status == 201)
            let shown = try await client.get("\(Self.path)/\(new)")
            let approval = try #require(shown.json?["approvals"]?.array?.first)
            #expect(approval["by"]?.string == "bootstrap" && approval["stage"]?.string == "live")
            #expect(shown.json?.strings("currentlyIn") == ["beta", "paper"])
            #expect(shown.json?["verifiedIn"]?.members?.map(\.name) == ["beta", "paper"])
            #expect(shown.json?["verifiedIn"]?["beta"]?["at"]?.string?.hasSuffix("Z") == true)
            let list = try await client.get(Self.path).json?["freight"]?.array ?? []
            #expect(list.compactMap { $0["id"]?.string } == [new, old])
            #expect(list.first == shown.json)
            #expect(list.last?.strings("currentlyIn") == ["live"])
            #expect(list.last?["verifiedIn"]?.members?.map(\.name) == ["beta", "live", "paper"])
            #expect(list.last?["approvals"]?.array?.isEmpty == true)
            let terminal = try await Program.run(
                ["freight", "show", "oracle", new],
                environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""])
            #expect(terminal.output.contains("\nnow in  beta\nnow in  paper\n"), "\(terminal.output)")
            #expect(terminal.output.contains("\nverified in  beta  20"))
            #expect(terminal.output.contains("\napproved for  live  bootstrap  20"))
        }
    }

    @Test func noNameBeginsWithMoreThanNamesHave() async throws {
        try await withProject { server, _ in
            _ = try await server.admin.freightID(tag: "v_1")
            func found(_ text: String) async throws -> Answer { try await server.admin.get("\(Self.path)?q=\(text)") }
            // What is a pattern elsewhere is a text here.
            try await #expect(found("v_").json?["freight"]?.array?.count == 1)
            try await #expect(found("%25").json?["freight"]?.array?.isEmpty == true)
            try await #expect(found(String(repeating: "v", count: 128)).status == 200)
            let long = try await found(String(repeating: "v", count: 129))
            #expect(long.code == "request.bad_field" && long.json?["field"]?.string == "q")
        }
    }

    @Test func aYesThatIsTakenBackCountsNoMore() async throws {
        try await withServer { server, database in
            let client = server.admin
            try await client.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
            let freight = try await client.freightID(tag: "v1")
            func gate() async throws -> String? {
                try await client.get("\(Oracle.path)/stages/beta/gate?freight=\(freight)").json?["code"]?.string
            }
            try await #expect(gate() == "approval.missing")
            let id = try #require(try await client.approve(freight, in: "beta").json?["id"]?.string)
            try await #expect(gate() != "approval.missing")
            let path = "\(Self.path)/\(freight)/approvals"
            let onlyPaper: [String: JSONValue] = [
                "projects": .array([.string("oracle")]), "stages": .array([.string("paper")]),
            ]
            let narrow = try await client.makeToken("nora", roles: ["approver"], onlyPaper).client
            try await #expect(narrow.post("\(path)/\(id)/revoke", reason("no")).code == "auth.out_of_reach")
            try await #expect(client.post("\(path)/\(id)/revoke", .object([])).status == 400)
            let revoked = try await client.post("\(path)/\(id)/revoke", reason("an unusual week"))
            #expect(revoked.status == 200 && revoked.json?["revoked"]?["reason"]?.string == "an unusual week")
            try await #expect(gate() == "approval.missing")
            try await #expect(client.get("\(Self.path)/\(freight)").json?["approvals"]?.array?.isEmpty == true)
            let listed = try await client.get(path).json?["approvals"]?.array
            #expect(listed?.count == 1 && listed?.first?["revoked"] == revoked.json?["revoked"])
            try await #expect(client.post("\(path)/\(id)/revoke", reason("again")).code == "approval.revoked")
            try await #expect(
                client.post("\(path)/aaaaaaaaaaaaaaaa/revoke", reason("which")).code == "approval.not_found")
            try await #expect(database.events("freight.approval_revoked") == 1)
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
