import JSON
import PostgresTesting
import Testing

/// What a token for some Stages is shown of what concerns others, or none: nothing, wherever it asks.
@Suite struct ReachTests {
    private struct Readers {
        let ofBeta: Client
        let ofPaper: Client
        let freight: String
        let override: String
    }

    /// Break-glass into paper that waits for another person, beside a change of beta, and two who see one of these each.
    private nonisolated(nonsending) func withReaders(
        _ body: nonisolated(nonsending) (Gatehouse, Readers, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { server, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            _ = try await people.anna.promote(freight, to: "paper")
            let asked = try await people.anna.breakGlass(freight)
            try await #expect(people.carl.approve(freight, in: "paper").status == 201)
            func reader(_ stage: String) async throws -> Client {
                try await server.admin.makeToken(
                    "of \(stage)", roles: ["auditor", "approver"],
                    ["projects": .texts(["oracle"]), "stages": .texts([stage])]
                ).client
            }
            let readers = Readers(
                ofBeta: try await reader("beta"), ofPaper: try await reader("paper"), freight: freight,
                override: try #require(asked.json?["id"]?.string))
            try await body(server, readers, database)
        }
    }

    @Test func listsHaveWhatItReaches() async throws {
        try await withReaders { _, readers, _ in
            let (beta, paper) = (readers.ofBeta, readers.ofPaper)
            for (path, list, member, ofPaper) in [
                (Emergency.path, "overrides", "id", [readers.override]),
                ("\(Oracle.path)/freight/\(readers.freight)/approvals", "approvals", "stage", ["paper"]),
                ("/v1/waiting", "waiting", "stage", ["paper"]), ("/v1/inbox", "inbox", "kind", ["override"]),
            ] {
                try await #expect(beta.get(path).json?.texts(list, member) == [], "\(path)")
                try await #expect(paper.get(path).json?.texts(list, member) == ofPaper, "\(path)")
            }
            for (client, stage) in [(beta, "beta"), (paper, "paper")] {
                let found = try await client.get("\(Oracle.path)/promotions").json
                #expect(found?.texts("promotions", "stage") == [stage])
            }
            for list in [Emergency.path, "\(Oracle.path)/promotions"] {
                try await #expect(beta.get(list + "?stage=paper").code == "auth.out_of_reach", "\(list)")
                try await #expect(paper.get(list + "?stage=paper").status == 200, "\(list)")
            }
            let waiting = try await paper.get("\(Oracle.path)/promotions").json?.texts("promotions", "id").first ?? ""
            try await #expect(beta.get("\(Oracle.path)/promotions/\(waiting)").code == "auth.out_of_reach")
            try await #expect(beta.get("/v1/audit/rollbacks").code == "auth.out_of_reach")
        }
    }

    @Test func anEventIsShownByOneRule() async throws {
        try await withReaders { server, readers, database in
            try await database.eventuallySealed()
            // Of the Stage, of another, of the whole project, and of none.
            for (code, isShown) in [
                ("code = 'promotion.started' and stage = 'beta'", true), ("code = 'override.requested'", false),
                ("code = 'freight.created'", false), ("code = 'token.created'", false),
            ] {
                let id = try #require(
                    try await database.texts("select id::text from audit_events where \(code) limit 1").first)
                for path in ["/v1/audit/\(id)", "/v1/audit/\(id)/proof"] {
                    try await #expect(readers.ofBeta.get(path).status == (isShown ? 200 : 404), "\(code): \(path)")
                }
                let listed = try await readers.ofBeta.get("/v1/audit?limit=500").json?["events"]?.array ?? []
                #expect(listed.contains { $0["id"]?.integer == Int64(id) } == isShown, "\(code)")
            }
            let promotion = try await readers.ofBeta.get("\(Oracle.path)/promotions").json?.texts("promotions", "id")
                .first
            let record = "\(Oracle.path)/promotions/\(promotion ?? "")/record"
            let whole = try await server.admin.get(record).json
            #expect(whole?.texts("events", "code").contains("freight.created") == true)
            let part = try await readers.ofBeta.get(record).json
            #expect(part?.texts("events", "code") == ["promotion.requested", "promotion.started", "promotion.ended"])
            #expect(part?["log"]?["proofs"]?.array?.count == 3)
        }
    }
}
