import JSON
import Testing

@Suite struct RevisionTests {
    private static let strict =
        Oracle.projectPolicy(approvals: 1) + Oracle.stage("paper", gates: "[\(Oracle.marketHours)]")
    private static let loose = Oracle.projectPolicy(approvals: 1) + Oracle.stage("paper")
    private static let monday = "2026-11-23T15:00:00Z"

    /// A project whose loosening needs another's yes: one person writes, two may agree.
    private nonisolated(nonsending) func withPeople(
        _ body:
            nonisolated(nonsending) (_ anna: Client, _ ben: Client, _ server: Gatehouse, ServiceDatabase)
            async throws -> Void
    ) async throws {
        try await withServer { server, database in
            let anna = try await server.admin.makeToken("anna", roles: ["admin", "approver", "viewer"]).client
            let ben = try await server.admin.makeToken("ben", roles: ["approver", "viewer"]).client
            try await anna.apply(Self.strict)
            try await body(anna, ben, server, database)
        }
    }

    private nonisolated(nonsending) func approve(_ client: Client, _ number: Int) async throws -> Answer {
        try await client.post("\(Oracle.path)/revisions/\(number)/approve", .object([]))
    }

    @Test func whatLoosensWaitsUntilAnotherAgrees() async throws {
        try await withPeople { anna, ben, _, database in
            let answer = try await anna.put(Self.loose, "?reason=calm")
            #expect(answer.status == 202, "\(answer.text)")
            #expect(answer.json?["state"]?.string == "pending")
            #expect(answer.json?["loosens"]?.bool == true)
            #expect(answer.json?["approvalsRequired"]?.integer == 1)
            try await #expect(database.events("revision.pending") == 1)
            try await #expect(anna.peek(at: Self.monday).status == 423)
            try await #expect(anna.get(Oracle.path + "/manifests").header("ETag") == "\"1\"")
            // Asked again, it is the same revision that waits.
            let again = try await anna.put(Self.loose)
            #expect(again.status == 202)
            #expect(again.json?["changed"]?.bool == false)

            try await #expect(approve(anna, 2).code == "approval.own")
            try await #expect(anna.peek(at: Self.monday).status == 423)
            let approved = try await approve(ben, 2)
            #expect(approved.status == 200, "\(approved.text)")
            #expect(approved.json?["state"]?.string == "active")
            #expect(approved.json?.strings("approvals") == ["ben"])
            try await #expect(anna.peek(at: Self.monday).status == 200)
            try await #expect(database.events("revision.approved") == 1)
            try await #expect(database.events("revision.applied") == 2)
            try await #expect(approve(ben, 2).code == "revision.decided")
            try await #expect(approve(ben, 3).code == "revision.not_found")
        }
    }

    @Test func nobodyApprovesWithATokenThatTheAuthorMade() async throws {
        try await withPeople { _, ben, server, _ in
            // The first token made ben's.
            try await #expect(server.admin.put(Self.loose).status == 202)
            try await #expect(approve(ben, 2).code == "approval.own")
        }
    }

    @Test func twoMustAgreeWhereThePolicySaysTwo() async throws {
        try await withPeople { anna, ben, server, _ in
            let carl = try await server.admin.makeToken("carl", roles: ["approver"]).client
            try await anna.apply(Self.strict.replacing("changeApprovals: 1", with: "changeApprovals: 2"))
            // Whoever would lower the number needs as many as it was.
            let answer = try await anna.put(Self.strict.replacing("changeApprovals: 1", with: "changeApprovals: 0"))
            #expect(answer.json?["approvalsRequired"]?.integer == 2)
            for _ in 1...2 {
                try await #expect(approve(ben, 3).json?["state"]?.string == "pending")
            }
            try await #expect(approve(carl, 3).json?["state"]?.string == "active")
            // Now nobody has to agree to anything.
            try await anna.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
        }
    }

    @Test func whatTightensIsInForceAtOnce() async throws {
        try await withPeople { anna, _, _, _ in
            let gates = "[\(Oracle.marketHours.replacing("30m", with: "1h"))]"
            let answer = try await anna.put(Oracle.projectPolicy(approvals: 1) + Oracle.stage("paper", gates: gates))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json?["loosens"]?.bool == false)
            try await #expect(anna.peek(at: "2026-11-23T13:45:00Z").status == 423)
        }
    }

    @Test func anotherRevisionIsRefusedUnlessItSupersedes() async throws {
        try await withPeople { anna, ben, _, database in
            try await #expect(anna.put(Self.loose).status == 202)
            let other = Self.loose + Oracle.stage("beta")
            let refused = try await anna.put(other)
            #expect(refused.code == "revision.pending")
            #expect(refused.json?["detail"]?.string?.contains("revision 2") == true)
            let answer = try await anna.put(other, "?supersede=true")
            #expect(answer.status == 202)
            #expect(answer.json?["revision"]?.integer == 3)
            #expect(answer.json?["superseded"]?.integer == 2)
            try await #expect(database.events("revision.rejected") == 1)
            let old = try await ben.get(Oracle.path + "/revisions/2").json
            #expect(old?["state"]?.string == "rejected")
            try await #expect(approve(ben, 2).code == "revision.decided")
            try await #expect(approve(ben, 3).json?["state"]?.string == "active")
            // What is in force already only takes the other's place.
            try await #expect(anna.put(Self.loose + Oracle.stage("beta") + Oracle.stage("live")).status == 202)
            let back = try await anna.put(other, "?supersede=true")
            #expect(back.status == 200)
            #expect(back.json?["changed"]?.bool == false)
            #expect(back.json?["superseded"]?.integer == 4)
        }
    }

    @Test func somebodyCanSayNo() async throws {
        try await withPeople { anna, ben, _, database in
            try await #expect(anna.put(Self.loose).status == 202)
            try await #expect(ben.post(Oracle.path + "/revisions/2/reject", .object([])).code == "request.bad_field")
            let answer = try await ben.post(Oracle.path + "/revisions/2/reject", reason("not before the holidays"))
            #expect(answer.json?["state"]?.string == "rejected")
            #expect(answer.json?["rejectedWhy"]?.string == "not before the holidays")
            try await #expect(database.events("revision.rejected") == 1)
            try await #expect(ben.post(Oracle.path + "/revisions/2/reject", reason("x")).code == "revision.decided")
            try await #expect(anna.peek(at: Self.monday).status == 423)
            // The same may be asked for again.
            try await #expect(anna.put(Self.loose).json?["revision"]?.integer == 3)
        }
    }

    @Test func revisionsAreKept() async throws {
        try await withPeople { anna, _, _, _ in
            let tighter = Self.strict.replacing("20m", with: "40m")
            try await anna.apply(tighter)
            let page = try await anna.get(Oracle.path + "/revisions?limit=1").json
            #expect(page?["revisions"]?.array?.first?["revision"]?.integer == 2)
            #expect(page?["revisions"]?.array?.first?["state"]?.string == "active")
            let rest = try await anna.get(Oracle.path + "/revisions?cursor=\(try #require(page?["next"]?.string))").json
            #expect(rest?["revisions"]?.array?.map { $0["state"]?.string } == ["superseded"])
            let second = try await anna.get(Oracle.path + "/revisions/2").json
            #expect(second?["author"]?.string == "anna")
            let change = try #require(second?["diff"]?.array?.first)
            #expect(change["path"]?.string == "stages.paper.gates.market-hours.market.closedIn[0].after")
            #expect(change["from"]?.string == "20m")
            #expect(change["to"]?.string == "40m")
            #expect(change["effect"]?.string == "tightens")
            for path in ["/revisions/9", "/revisions/x", "/revisions/0"] {
                try await #expect(anna.get(Oracle.path + path).code == "revision.not_found")
            }
            try await #expect(anna.get("/v1/projects/none/revisions").code == "project.not_found")
        }
    }
}
