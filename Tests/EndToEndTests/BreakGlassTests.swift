import JSON
import PostgresTesting
import Testing

/// One Freight past closed gates of one Stage, once, on somebody's word.
@Suite struct BreakGlassTests {
    @Test func whatWaitsGoesInOnceAnotherPersonAgreesAndTheNextOneWaitsAgain() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            _ = try await people.anna.promote(freight, to: "paper")
            _ = try await people.anna.eventually(freight, in: "paper", "Waiting", code: "market.core_session")
            let asked = try await people.anna.breakGlass(freight, ["ticket": .string("INC-4711")])
            #expect(asked.status == 201 && asked.json?["state"]?.string == "requested", "\(asked.text)")
            #expect(asked.json?.strings("bypasses") == ["market-hours"])
            // What it would come to, as if it were approved.
            #expect(asked.json?["decision"]?["allowed"]?.bool == true)
            #expect(asked.json?["decision"]?["verdict"]?.string == "closed")
            let id = asked.json?["id"]?.string
            #expect(asked.header("Location") == "\(Emergency.path)/\(id ?? "")")
            let approved = try await people.ben.say("approve", to: id, ["note": "seen the fills"])
            #expect(approved.json?["state"]?.string == "approved", "\(approved.text)")
            let done = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let used = try await people.anna.get("\(Emergency.path)/\(id ?? "")").json
            #expect(used?["state"]?.string == "consumed" && used?["consumedBy"]?.string == done["id"]?.string)
            #expect(used?["approvals"]?.array?.first?["by"]?.string == "ben")
            try await #expect(database.events("override.consumed") == 1)
            // It lets in nothing else, not even the same Freight again.
            let next = try await people.anna.verifiedFreight(tag: "v2")
            for freight in [next, freight] {
                let refused = try await people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
                #expect(refused.status == 423 && refused.code == "market.core_session", "\(refused.text)")
            }
        }
    }

    @Test func itIsAskedForTogetherWithThePromotion() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let wish: JSONValue = .object([.init("justification", .string("orders are filled twice"))])
            let made = try await people.anna.promote(freight, to: "paper", ["breakGlass": wish])
            #expect(made.status == 202, "\(made.text)")
            let done = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let found = try await people.anna.get(Emergency.path + "?state=consumed").json?["overrides"]?.array
            #expect(found?.count == 1 && found?.first?["consumedBy"]?.string == done["id"]?.string)
            try await #expect(database.events("override.requested") == 1)
        }
    }

    @Test func whatTurnsOutNotToBeNeededIsNotUsedUp() async throws {
        // A minute before the gate opens, at ten seconds a second.
        try await withEmergency(clock: "2026-11-20T21:19:00Z@20", Emergency.manifests(approvals: 1)) {
            _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let id = try await people.anna.breakGlass(freight, ["bypasses": .texts(["market-hours"])]).json?["id"]?
                .string
            try await PostgresTesting.eventually("the gate is open") {
                try await people.anna.peek().status == 200
            }
            try await #expect(people.ben.say("approve", to: id).status == 200)
            _ = try await people.anna.promote(freight, to: "paper")
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let kept = try await people.anna.get("\(Emergency.path)/\(id ?? "")").json
            #expect(kept?["state"]?.string == "approved")
            let told = try await database.texts(
                """
                select convert_from(event, 'UTF8')::json -> 'details' -> 'override' ->> 'needed' from audit_events
                where code = 'promotion.started' and stage = 'paper'
                """)
            #expect(told == ["false"])
        }
    }

    @Test func nobodyAgreesToTheirOwnWhateverTheyCallThemselves() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { server, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let id = try await people.anna.breakGlass(freight).json?["id"]?.string
            let other = try await server.admin.makeToken(
                "another token", roles: ["approver"], ["subject": .string("anna")])
            let louder = try await server.admin.makeToken("louder", roles: ["approver"], ["subject": .string("ANNA")])
            for client in [other.client, louder.client] {
                let refused = try await client.say("approve", to: id)
                #expect(refused.status == 403 && refused.code == "approval.own", "\(refused.text)")
            }
            // A name that only looks the same is nobody's.
            let confusable = try await server.admin.post(
                "/v1/tokens", newToken("c", roles: ["approver"], ["subject": .string("ann\u{0430}")]))
            #expect(confusable.status == 409, "\(confusable.text)")
            try await #expect(database.events("override.refused") == 2)
            try await #expect(database.number("select count(*) from override_approvals") == 0)
            try await #expect(people.ben.say("approve", to: id).status == 200)
        }
    }

    @Test(arguments: ["robot", "person"])
    func whoeverMadeTheAskersTokenIsNoOtherPerson(kind: String) async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { server, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let boss = try await server.admin.makeToken("boss", roles: ["admin", "operator", "approver"]).client
            let made = try await boss.makeToken("made", kind: kind, roles: ["operator"]).client
            let id = try await made.breakGlass(freight).json?["id"]?.string
            let refused = try await boss.say("approve", to: id)
            #expect(refused.status == 403 && refused.code == "approval.own", "\(refused.text)")
            #expect(refused.json?["detail"]?.string?.contains("you made the token") == true, "\(refused.text)")
            try await #expect(database.events("override.refused") == 1)
            try await #expect(people.ben.say("approve", to: id).status == 200)
        }
    }

    @Test func twoAgreementsAreTwoPersonsOfWhomNoneMadeTheOthersToken() async throws {
        try await withEmergency(Emergency.manifests(approvals: 2)) { server, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let boss = try await server.admin.makeToken("boss", roles: ["admin", "approver"]).client
            let made = try await boss.makeToken("made", roles: ["approver"]).client
            let id = try await people.anna.breakGlass(freight).json?["id"]?.string
            try await #expect(made.say("approve", to: id).json?["state"]?.string == "requested")
            try await #expect(made.say("approve", to: id).json?["state"]?.string == "requested")
            try await #expect(boss.say("approve", to: id).code == "approval.own")
            try await #expect(people.carl.say("approve", to: id).json?["state"]?.string == "approved")
            try await #expect(database.events("override.approved") == 2)
        }
    }

    @Test func whatNobodyHasUsedYetIsHeldToAStricterPolicy() async throws {
        try await withEmergency { server, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            try await #expect(people.anna.breakGlass(freight).json?["state"]?.string == "approved")
            try await server.admin.apply(Emergency.manifests(approvals: 1))
            let refused = try await people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
            #expect(refused.status == 423 && refused.code == "market.core_session", "\(refused.text)")
        }
    }

    @Test func aPolicyThatHasNothingForItRefusesTheWholeWish() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let wish: JSONValue = .object([
                .init("justification", .string("fills")), .init("bypasses", .texts(["sign-off"])),
            ])
            let refused = try await people.anna.promote(freight, to: "paper", ["breakGlass": wish])
            #expect(refused.status == 422 && refused.code == "override.not_allowed", "\(refused.text)")
            try await #expect(people.anna.promotions(of: freight, into: "paper").isEmpty)
            try await #expect(database.events("override.refused") == 1)
        }
    }

    @Test func itIsForOneFreightInOneStage() async throws {
        let both = Emergency.manifests().replacing(
            "metadata: {name: live, namespace: oracle}\nspec:\n  gates: []",
            with: "metadata: {name: live, namespace: oracle}\nspec:\n  gates: [\(Oracle.marketHours)]")
        try await withEmergency(both) { _, people, _ in
            let (first, second) = (
                try await people.anna.verifiedFreight(tag: "v1"), try await people.anna.verifiedFreight(tag: "v2")
            )
            try await #expect(people.anna.breakGlass(first).json?["state"]?.string == "approved")
            let other = try await people.anna.promote(second, to: "paper", ["ifClosed": .string("refuse")])
            #expect(other.status == 423, "\(other.text)")
            try await #expect(people.anna.promote(first, to: "paper", ["ifClosed": .string("refuse")]).status == 202)
            _ = try await people.anna.eventually(first, in: "paper", "Succeeded")
            let elsewhere = try await people.anna.promote(first, to: "live", ["ifClosed": .string("refuse")])
            #expect(elsewhere.status == 423, "\(elsewhere.text)")
        }
    }

    @Test func thePolicySaysWhatCanBePassed() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let nowhere = try await people.anna.breakGlass(freight, into: "live")
            #expect(nowhere.status == 422 && nowhere.code == "override.not_allowed")
            let sign = try await people.anna.breakGlass(freight, ["bypasses": .texts(["sign-off"])])
            #expect(sign.code == "override.not_allowed" && sign.json?["field"]?.string == "bypasses")
            let long = try await people.anna.breakGlass(freight, ["validFor": .string("2h")])
            #expect(long.code == "override.not_allowed" && long.json?["field"]?.string == "validFor")
            try await #expect(people.anna.breakGlass(freight, ["operator": .string("ben")]).status == 400)
            // Refusals are told, too.
            try await #expect(database.events("override.refused") == 3)
            let unknown = try await people.anna.breakGlass(freight, ["coversUnknown": .bool(true)])
            #expect(unknown.json?["approvalsRequired"]?.integer == 1 && unknown.json?["state"]?.string == "requested")
            let second = try await people.anna.breakGlass(freight)
            #expect(second.status == 409 && second.code == "override.exists")
            #expect(second.header("Location") == "\(Emergency.path)/\(unknown.json?["id"]?.string ?? "")")
        }
    }

    @Test func aFreezeIsPassedOnlyWhereItSaysSo() async throws {
        try await withEmergency(Emergency.manifests(paper: "[]")) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let strict = try await people.anna.freeze(["project": "oracle", "stage": "paper"])
            let none = try await people.anna.breakGlass(freight)
            #expect(none.status == 409 && none.code == "override.nothing_closed", "\(none.text)")
            try await #expect(people.ben.endFreeze(strict).status == 200)
            _ = try await people.anna.freeze(
                ["project": "oracle", "stage": "paper"], ["allowBreakGlass": .bool(true)])
            let asked = try await people.anna.breakGlass(freight)
            #expect(asked.json?.strings("bypasses") == ["freeze"], "\(asked.text)")
            _ = try await people.anna.promote(freight, to: "paper")
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
        }
    }

    @Test func whatNobodyVerifiedGoesInOnlyByNameAndNeverForRejectedFreight() async throws {
        try await withEmergency(Emergency.manifests(paper: "[]")) { _, people, _ in
            let freight = try await people.anna.freightID(tag: "v1")
            let wish: JSONValue = .object([
                .init("justification", .string("beta is down")), .init("bypasses", .texts(["availability"])),
            ])
            let made = try await people.anna.promote(freight, to: "paper", ["breakGlass": wish])
            #expect(made.status == 202, "\(made.text)")
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let bad = try await people.anna.freightID(tag: "v2")
            _ = try await people.anna.post("\(Oracle.path)/freight/\(bad)/reject", reason("it loses money"))
            let refused = try await people.anna.promote(bad, to: "paper", ["breakGlass": wish])
            #expect(refused.status == 409 && refused.code == "freight.rejected", "\(refused.text)")
            try await #expect(people.anna.get(Emergency.path).json?["overrides"]?.array?.count == 1)
        }
    }

    @Test func aNoIsFinalAndSoIsTakingItBack() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let denied = try await people.anna.breakGlass(freight).json?["id"]?.string
            try await #expect(
                people.ben.say("deny", to: denied, ["reason": "not this week"]).json?["state"]?.string == "denied")
            try await #expect(people.carl.say("approve", to: denied).code == "override.ended")
            let revoked = try await people.anna.breakGlass(freight).json?["id"]?.string
            try await #expect(people.ben.say("approve", to: revoked).status == 200)
            try await #expect(people.carl.say("revoke", to: revoked, ["reason": "found by hand"]).status == 200)
            let refused = try await people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
            #expect(refused.status == 423, "\(refused.text)")
            try await #expect(people.ben.say("revoke", to: revoked, ["reason": "again"]).code == "override.ended")
            // A wish that nobody answers is over by itself.
            let shown = try await people.anna.get("\(Emergency.path)?state=denied").json?["overrides"]?.array
            #expect(shown?.count == 1)
        }
    }

    @Test func whatIsNotUsedInTimeIsOver() async throws {
        try await withEmergency(clock: "\(Emergency.friday)@100") { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let id = try await people.anna.breakGlass(freight, ["validFor": .string("1m")]).json?["id"]?.string
            try await PostgresTesting.eventually("it has expired") {
                try await database.events("override.expired") == 1
            }
            try await #expect(people.anna.get("\(Emergency.path)/\(id ?? "")").json?["state"]?.string == "expired")
            let refused = try await people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
            #expect(refused.status == 423)
        }
    }

    @Test func itsUseIsLookedAtBySomebodyWhoHadNoPartInIt() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { server, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let id = try await people.anna.breakGlass(freight).json?["id"]?.string
            let review = ["outcome": "justified", "note": "the fills were right again"]
            try await #expect(people.carl.say("review", to: id, review).code == "override.not_used")
            _ = try await people.ben.say("approve", to: id)
            _ = try await people.anna.promote(freight, to: "paper")
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let own = try await server.admin.makeToken("own", roles: ["approver"], ["subject": .string("anna")]).client
            for client in [people.ben, own] {
                let refused = try await client.say("review", to: id, review)
                #expect(refused.status == 403 && refused.code == "override.own_review", "\(refused.text)")
            }
            let reviewed = try await people.carl.say("review", to: id, review)
            #expect(reviewed.json?["review"]?["by"]?.string == "carl", "\(reviewed.text)")
            #expect(reviewed.json?["reviewDueAt"]?.string?.hasPrefix("2026-11-23T15:00") == true)
            try await #expect(people.carl.say("review", to: id, review).code == "override.reviewed_already")
        }
    }
}
