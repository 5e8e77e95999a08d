import JSON
import PostgresTesting
import Testing

/// What `POST …/adjustments` is asked for.
func newAdjustment(_ date: String, _ kind: String, _ more: [String: String] = [:]) -> JSONValue {
    let fields = ["date": date, "kind": kind, "reason": "announced", "source": "the exchange"]
    let members = fields.merging(more) { $1 }.sorted { $0.key < $1.key }
    return .object(members.map { .init($0.key, .string($0.value)) })
}

@Suite struct AdjustmentTests {
    private static let friday = "2026-11-20T15:00:00Z"
    private static let path = "/v1/calendars/XNYS/adjustments"

    /// Three persons: one asks, two approve. A person's own tokens are made by somebody else than them.
    private struct People {
        let asker: Client
        let ben: Client
        let carl: Client

        nonisolated(nonsending) init(_ server: Gatehouse) async throws {
            asker = try await server.admin.makeToken("asker", roles: ["operator"]).client
            ben = try await server.admin.makeToken("ben", roles: ["approver"]).client
            carl = try await server.admin.makeToken("carl", roles: ["approver"]).client
        }
    }

    private nonisolated(nonsending) func withPeople(
        _ arguments: [String] = [],
        _ body: nonisolated(nonsending) (Gatehouse, People, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer(["--clock", Self.friday] + arguments) { server, database in
            try await body(server, People(server), database)
        }
    }

    private nonisolated(nonsending) func ask(
        _ client: Client, _ date: String, _ kind: String, _ more: [String: String] = [:],
        location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let answer = try await client.post(Self.path, newAdjustment(date, kind, more), location: location)
        #expect(answer.status == 201, "\(answer.text)", sourceLocation: location)
        return try #require(answer.json?["id"]?.string, sourceLocation: location)
    }

    private nonisolated(nonsending) func approve(_ client: Client, _ id: String) async throws -> Answer {
        try await client.post("\(Self.path)/\(id)/approve", .object([]))
    }

    private nonisolated(nonsending) func withdraw(_ client: Client, _ id: String) async throws -> Answer {
        try await client.post("\(Self.path)/\(id)/withdraw", .object([.init("reason", .string("taken back"))]))
    }

    private nonisolated(nonsending) func isOpen(_ server: Gatehouse, at instant: String) async throws -> Bool? {
        try await server.admin.get("/v1/calendars/XNYS/status?at=\(instant)").json?["open"]?.bool
    }

    @Test func whatOpensGatesCountsWhenAnotherPersonAgreesAndThenAtOnce() async throws {
        try await withPeople { server, people, database in
            let tuesday = "2026-12-01T15:00:00Z"
            let id = try await ask(people.asker, "2026-12-01", "closed")
            try await #expect(isOpen(server, at: tuesday) == true)
            let approved = try await approve(people.ben, id)
            #expect(approved.status == 200, "\(approved.text)")
            #expect(approved.json?["state"]?.string == "effective")
            #expect(approved.json?.strings("approvals") == ["ben"])
            try await #expect(isOpen(server, at: tuesday) == false)
            let status = try await server.admin.get("/v1/calendars/XNYS/status?at=\(tuesday)").json
            #expect(status?.strings("adjustments") == [id])
            for (code, count) in [("requested", 1), ("approved", 1), ("effective", 1)] {
                try await #expect(database.events("adjustment.\(code)") == count)
            }
            // A second yes changes nothing.
            try await #expect(approve(people.ben, id).status == 200)
            try await #expect(database.events("adjustment.approved") == 1)
            try await #expect(server.admin.get("/v1/calendars/XNYS").json?["adjustments"]?.integer == 1)
        }
    }

    @Test func theHoursOfADayCanBeShorter() async throws {
        try await withPeople { server, people, _ in
            _ = try await approve(people.ben, ask(people.asker, "2026-12-01", "earlyClose", ["at": "12:00"]))
            _ = try await approve(people.ben, ask(people.asker, "2026-12-02", "lateOpen", ["at": "11:00"]))
            let early = try await server.admin.get("/v1/calendars/XNYS/status?at=2026-12-01T17:00:00Z").json
            #expect(early?["open"]?.bool == false)
            #expect(early?["earlyClose"]?.bool == true)
            let late = try await server.admin.get("/v1/calendars/XNYS/status?at=2026-12-02T15:59:59Z").json
            #expect(late?["open"]?.bool == false)
            #expect(late?["lateOpen"]?.bool == true)
        }
    }

    @Test func whatClosesGatesCountsAtOnceAndOnlyAnApproverTakesItBack() async throws {
        try await withPeople { server, people, _ in
            let saturday = "2026-11-28T15:00:00Z"
            let id = try await ask(people.asker, "2026-11-28", "extraSession", ["at": "09:30", "until": "13:00"])
            try await #expect(isOpen(server, at: saturday) == true)
            let refused = try await withdraw(people.asker, id)
            #expect(refused.code == "auth.forbidden")
            try await #expect(isOpen(server, at: saturday) == true)
            let withdrawn = try await withdraw(people.ben, id)
            #expect(withdrawn.json?["state"]?.string == "withdrawn")
            try await #expect(isOpen(server, at: saturday) == false)
        }
    }

    @Test func nobodyApprovesTheirOwn() async throws {
        try await withPeople { server, _, database in
            // One person by two tokens, of which the second names them differently.
            let asker = try await server.admin.makeToken(
                "desk", roles: ["operator", "approver"],
                ["subject": .string("anna"), "alsoKnownAs": .texts(["email:anna@shop.example"])]
            ).client
            let alias = try await server.admin.makeToken(
                "phone", roles: ["approver"], ["subject": .string("email:anna@shop.example")]
            ).client
            let id = try await ask(asker, "2026-12-01", "closed")
            for client in [asker, alias] {
                let refused = try await approve(client, id)
                #expect(refused.status == 403)
                #expect(refused.code == "approval.own")
            }
            // Another person's token is no other person if the asker made it.
            let own = try await ask(server.admin, "2026-12-02", "closed")
            try await #expect(approve(asker, own).code == "approval.own")
            // Nor is one that was made with such a token.
            let maker = try await server.admin.makeToken("ben", roles: ["admin", "approver"]).client
            let third = try await maker.makeToken("cleo", roles: ["approver"]).client
            try await #expect(approve(third, own).code == "approval.own")
            // Nor whoever made the asker's.
            let made = try await approve(server.admin, id)
            #expect(made.code == "approval.own" && made.text.contains("you made the token"), "\(made.text)")
            try await #expect(approve(maker, id).status == 200)
            try await #expect(database.number("select count(*) from adjustment_approvals") == 1)
        }
    }

    @Test func asManyMustAgreeAsTheServerWasTold() async throws {
        try await withPeople(["--calendar-approvals", "2"]) { server, people, _ in
            let id = try await ask(people.asker, "2026-12-01", "closed")
            for _ in 0..<2 {
                let pending = try await approve(people.ben, id)
                #expect(pending.status == 200)
                #expect(pending.json?["state"]?.string == "pending")
                #expect(pending.json?.strings("approvals") == ["ben"])
            }
            try await #expect(approve(people.carl, id).json?["state"]?.string == "effective")
        }
    }

    @Test func noneHasToAgreeWhereTheServerWasToldSo() async throws {
        try await withPeople(["--calendar-approvals", "0"]) { server, people, _ in
            _ = try await ask(people.asker, "2026-12-01", "closed")
            try await #expect(isOpen(server, at: "2026-12-01T15:00:00Z") == false)
        }
    }

    @Test(arguments: [
        // Yesterday, and today's open, which was half an hour ago.
        ("2026-11-19", "closed", [:]), ("2026-11-19", "earlyClose", ["at": "12:00"]),
        ("2026-11-20", "lateOpen", ["at": "11:00"]),
    ])
    func whatHasPassedIsTooLate(date: String, kind: String, more: [String: String]) async throws {
        try await withPeople { _, people, _ in
            let answer = try await people.asker.post(Self.path, newAdjustment(date, kind, more))
            #expect(answer.status == 409)
            #expect(answer.code == "adjustment.too_late")
        }
    }

    @Test func aSessionThatHasBegunCanOnlyEnd() async throws {
        try await withPeople { server, people, _ in
            let id = try await ask(people.asker, "2026-11-20", "closed")
            let approved = try await approve(people.ben, id)
            #expect(approved.json?["state"]?.string == "effective", "\(approved.text)")
            // What was before it counted stays as it was.
            try await #expect(isOpen(server, at: "2026-11-20T14:59:59Z") == true)
            let later = try await server.admin.get("/v1/calendars/XNYS/status?at=2026-11-20T20:00:00Z").json
            #expect(later?["open"]?.bool == false)
            #expect(later?["earlyClose"]?.bool == true)
        }
    }

    @Test func anApprovalCanBeTooLateToo() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let secret = freshSecret()
                var ben: String?
                var id = ""
                try await withServer(on: database, ["--clock", Self.friday], adminToken: secret) { server in
                    let people = try await People(server)
                    ben = people.ben.token
                    id = try await ask(people.asker, "2026-11-20", "closed")
                }
                try await withServer(on: database, ["--clock", "2026-11-20T21:00:00Z"], adminToken: secret) { server in
                    let answer = try await approve(server.anonymous.with(ben), id)
                    #expect(answer.code == "adjustment.too_late", "\(answer.text)")
                    let kept = try await server.admin.get(Self.path).json?["adjustments"]?.array?.first
                    #expect(kept?["state"]?.string == "pending")
                    #expect(kept?.strings("approvals") == [])
                }
            }
        }
    }

    @Test func whatWasWithdrawnIsOver() async throws {
        try await withPeople { server, people, database in
            let id = try await ask(people.asker, "2026-12-01", "closed")
            let withdrawn = try await withdraw(people.asker, id)
            #expect(withdrawn.json?["withdrawnWhy"]?.string == "taken back")
            try await #expect(approve(people.ben, id).code == "adjustment.withdrawn")
            try await #expect(withdraw(people.ben, id).code == "adjustment.withdrawn")
            try await #expect(isOpen(server, at: "2026-12-01T15:00:00Z") == true)
            // What counted closes gates again when it is withdrawn: whoever could ask for it may.
            let other = try await ask(people.asker, "2026-12-01", "closed")
            _ = try await approve(people.ben, other)
            try await #expect(isOpen(server, at: "2026-12-01T15:00:00Z") == false)
            try await #expect(withdraw(people.asker, other).status == 200)
            try await #expect(isOpen(server, at: "2026-12-01T15:00:00Z") == true)
            try await #expect(database.events("adjustment.withdrawn") == 2)
        }
    }

    @Test func whatDoesNotFitTheCalendarIsRefused() async throws {
        try await withPeople { _, people, _ in
            let wrong: [(JSONValue, String)] = [
                (newAdjustment("2026-11-28", "closed"), "date"), (newAdjustment("2031-01-02", "closed"), "date"),
                (newAdjustment("2026-13-01", "closed"), "date"), (newAdjustment("2026-12-01", "halted"), "kind"),
                (newAdjustment("2026-12-01", "earlyClose"), "at"),
                (newAdjustment("2026-12-01", "earlyClose", ["at": "17:00"]), "at"),
                (newAdjustment("2026-12-01", "earlyClose", ["at": "noon"]), "at"),
                (newAdjustment("2026-12-01", "closed", ["at": "12:00"]), "at"),
                (newAdjustment("2026-11-28", "extraSession", ["at": "09:30"]), "until"),
                (newAdjustment("2026-12-01", "closed", ["why": "x"]), "why"),
                (newAdjustment("2026-12-01", "closed", ["source": ""]), "source"),
            ]
            for (body, field) in wrong {
                let answer = try await people.asker.post(Self.path, body)
                #expect(answer.status == 400, "\(body)")
                #expect(answer.json?["field"]?.string == field, "\(answer.text)")
            }
            let id = try await ask(people.asker, "2026-12-01", "closed")
            let same = try await ask(people.asker, "2026-12-01", "closed")
            try await #expect(approve(people.ben, id).status == 200)
            try await #expect(approve(people.ben, same).code == "adjustment.conflict")
            let elsewhere = try await people.ben.post("\(Self.path)/aaaaaaaaaaaaaaaa/approve", .object([]))
            #expect(elsewhere.code == "adjustment.not_found")
        }
    }

    @Test func aNewIssueThatContradictsAnAdjustmentIsAFinding() async throws {
        try await withPeople { server, people, _ in
            func document(_ version: String, _ holidays: [String]) -> JSONValue {
                .object([
                    .init("version", .string(version)), .init("timeZone", .string("Europe/London")),
                    .init("from", .string("2026-01-01")), .init("to", .string("2029-12-31")),
                    .init("holidays", .texts(holidays)),
                    .init(
                        "weekly",
                        .array([
                            .object([
                                .init("days", .texts(["tuesday"])), .init("open", .string("08:00")),
                                .init("close", .string("16:30")),
                            ])
                        ])),
                ])
            }
            _ = try await server.admin.send("PUT", "/v1/calendars/XTST", document("1", []))
            let asked = try await people.asker.post(
                "/v1/calendars/XTST/adjustments", newAdjustment("2026-12-01", "closed"))
            let id = try #require(asked.json?["id"]?.string)
            _ = try await people.ben.post("/v1/calendars/XTST/adjustments/\(id)/approve", .object([]))
            try await #expect(server.anonymous.get("/readyz").json?["findings"]?.array?.isEmpty == true)
            _ = try await server.admin.send("PUT", "/v1/calendars/XTST", document("2", ["2026-12-01"]))
            let shown = try await server.admin.get("/v1/calendars/XTST").json
            #expect(shown?["conflicts"]?.array?.first?["adjustment"]?.string == id)
            let findings = try await server.anonymous.get("/readyz").json?["findings"]?.array
            #expect(findings?.first?["code"]?.string == "adjustment.conflict")
        }
    }

    @Test func aListHasPagesAndARepetitionActsOnce() async throws {
        try await withPeople { server, people, _ in
            let body = newAdjustment("2026-12-01", "closed")
            let first = try await people.asker.post(Self.path, body, key: "one")
            let again = try await people.asker.post(Self.path, body, key: "one")
            #expect(again.header("Idempotent-Replayed") == "true")
            #expect(again.json?["id"]?.string == first.json?["id"]?.string)
            _ = try await ask(people.asker, "2026-12-02", "closed")
            let page = try await server.admin.get("\(Self.path)?limit=1")
            #expect(page.json?["adjustments"]?.array?.count == 1)
            let next = try #require(page.json?["next"]?.string)
            let rest = try await server.admin.get("\(Self.path)?limit=1&cursor=\(next)").json
            #expect(rest?["adjustments"]?.array?.count == 1)
            #expect(rest?["next"] == nil)
        }
    }
}
