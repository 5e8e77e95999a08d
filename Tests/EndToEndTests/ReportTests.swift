import JSON
import PostgresTesting
import Testing

/// What a report tells of break-glass, whatever became of those who used it.
@Suite struct ReportTests {
    private static let report = "/v1/audit/report?quarter=2026Q4"

    /// A deployer outside that was let past closed gates, and whoever reads the log.
    private nonisolated(nonsending) func withAnOverride(
        _ body: nonisolated(nonsending) (Client, EmergencyPeople, ServiceDatabase, _ id: String) async throws -> Void
    ) async throws {
        try await withEmergency { server, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let asked = try await people.anna.breakGlass(freight, ["ticket": .string("INC-4711")])
            try await #expect(people.robot.ask("enforce", "ci-1", freight).status == 200)
            let auditor = try await server.admin.makeToken("auditor", roles: ["auditor"]).client
            try await body(auditor, people, database, try #require(asked.json?["id"]?.string))
        }
    }

    @Test func aChangeListsTheBreakGlassByWhichItWent() async throws {
        try await withAnOverride { auditor, people, _, id in
            try await #expect(people.ben.say("review", to: id, ["outcome": "justified", "note": "seen"]).status == 200)
            let report = try await auditor.get(Self.report).json
            let change = report?["changes"]?.array?.last
            #expect(change?["promotion"]?.string == "ci-1" && change?["ticket"]?.string == "INC-4711")
            #expect(change?.texts("overrides", "id") == [id])
            #expect(change?.texts("overrides", "outcome") == ["justified"])
            #expect(report?.texts("overrides", "consumedBy") == ["ci-1"])
            #expect(report?["totals"]?["overrides"]?.integer == 1)
            #expect(report?["totals"]?["reviewsMissing"]?.integer == 0)
            let record = try await auditor.get("\(Oracle.path)/promotions/ci-1/record").json
            #expect(record?.texts("overrides", "id") == [id])
            let table = try await auditor.get(Self.report + "&format=csv").text.split(separator: "\r\n")
            #expect(table.first?.hasPrefix("row,promotion,project,stage,") == true)
            #expect(table.filter { $0.hasPrefix("change,ci-1,oracle,paper,") && $0.contains(id) }.count == 1)
            #expect(table.filter { $0.hasPrefix("override,ci-1,oracle,paper,") && $0.contains(id) }.count == 1)
        }
    }

    @Test func whatWasUsedCountsThoughWhoUsedItGaveItsPlaceBack() async throws {
        try await withAnOverride { auditor, _, database, id in
            try await database.run(
                """
                update promotions set phase = 'Waiting', code = 'market.core_session', progress = null, started_at = null
                where id = 'ci-1'
                """)
            let report = try await auditor.get(Self.report).json
            #expect(report?.texts("changes", "promotion").contains("ci-1") == false)
            #expect(report?.texts("overrides", "id") == [id])
            #expect(report?["totals"]?["overrides"]?.integer == 1)
            #expect(report?["totals"]?["reviewsMissing"]?.integer == 1)
            // Where it was used counts, and when.
            for (more, count) in [("&session=core", 1), ("&session=none", 0), ("&project=oracle&stage=beta", 0)] {
                let part = try await auditor.get(Self.report + more).json
                #expect(part?["totals"]?["overrides"]?.integer == Int64(count), "\(more)")
            }
            try await #expect(
                auditor.get("/v1/audit/report?quarter=2026Q3").json?["totals"]?["overrides"]?.integer == 0)
        }
    }

    /// Whoever was let in died before anything was done; the retry goes in by the same break-glass.
    @Test func whatARetryHadFromItsFirstTryIsListedAndCountedOnce() async throws {
        try await withRehearsal { rehearsal in
            var override: String?
            try await rehearsal.withoutDeployer { client in
                let rules = "  breakGlass: {bypasses: [freeze], approvals: 0}\n  deploy:"
                try await client.apply(Rehearsal.manifests(["beta"]).replacing("  deploy:", with: rules))
                let freeze = newFreeze(["project": "oracle"], ["allowBreakGlass": .bool(true)])
                try await #expect(client.post("/v1/freezes", freeze).status == 201)
                let asked = try await client.breakGlass(
                    rehearsal.freight, into: "beta", ["bypasses": .texts(["freeze"])])
                override = asked.json?["id"]?.string
            }
            // Its lease outlasts the test: nobody takes over what it was about to do.
            let dead = try await rehearsal.start(dieAt: "start.after", leaseMilliseconds: 600_000)
            try await rehearsal.call("beta")
            try await eventually("it dies") { dead.process.end != nil }
            var first: String?
            try await rehearsal.withoutDeployer { client in
                let list = try await client.get("\(Oracle.path)/promotions").json
                first = list?.texts("promotions", "id").first
                let path = "\(Oracle.path)/promotions/\(first ?? "")"
                try await #expect(client.post(path + "/abort", reason("it died")).json?["phase"]?.string == "Aborted")
                try await #expect(client.post(path + "/retry", .object([])).status == 202)
            }
            let server = try await rehearsal.start()
            try await rehearsal.call("beta")
            let done = try await server.client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            let (retry, client) = (try #require(done["id"]?.string), server.client)
            let record = try await client.get("\(Oracle.path)/promotions/\(retry)/record").json
            #expect(record?.texts("overrides", "id") == [override ?? ""])
            #expect(record?.texts("overrides", "consumedBy") == [first ?? ""] && first != retry)
            let report = try await client.get("/v1/audit/report?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z").json
            let change = report?["changes"]?.array?.last
            #expect(change?["promotion"]?.string == retry && change?.texts("overrides", "id") == [override ?? ""])
            #expect(report?["totals"]?["overrides"]?.integer == 1)
            try await server.kill()
        }
    }

    @Test func aChangeNamesThoseWhoseYesItUsed() async throws {
        try await withServer(["--clock", Emergency.friday, "--rate-limit", "0"]) { server, _ in
            try await server.admin.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
            let ada = try await server.admin.makeToken("ada", roles: ["operator"]).client
            let ben = try await server.admin.makeToken("ben", roles: ["approver"]).client
            let freight = try await server.admin.freightID(tag: "v1")
            _ = try await ada.promote(freight, to: "beta")
            // Her own yes, with another token, does not count for what she asked for.
            let own = try await server.admin.makeToken("ada", roles: ["approver"]).client
            try await #expect(own.approve(freight, in: "beta").status == 201)
            try await #expect(ben.approve(freight, in: "beta").status == 201)
            let done = try await server.admin.eventually(freight, in: "beta", "Succeeded")
            // Said too late, it was used by nobody.
            let late = try await server.admin.makeToken("late", roles: ["approver"]).client
            try await #expect(late.approve(freight, in: "beta").status == 201)
            let change = try await server.admin.get(Self.report).json?["changes"]?.array?.first
            #expect(change?["approvers"]?.array?.compactMap(\.string) == ["ben"])
            let record = try await server.admin.get("\(Oracle.path)/promotions/\(done["id"]?.string ?? "")/record").json
            let approvals = record?["approvals"]?.array ?? []
            #expect(approvals.map { $0["by"]?.string } == ["ada", "ben", "late"])
            #expect(approvals.map { $0["used"]?.bool } == [false, true, false])
        }
    }
}
