import JSON
import PostgresTesting
import Testing

/// Deployers outside ask whether they may go on.
@Suite struct DecideTests {
    @Test func enforceLetsInOnceAndRemembersByTheCallersName() async throws {
        try await withEmergency(Emergency.manifests(paper: "[]")) { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            for phase in ["pre", "pre", "pre-sync"] {
                let answer = try await people.robot.ask("enforce", "ci-4711", freight, ["phase": .string(phase)])
                #expect(answer.status == 200 && answer.json?["allowed"]?.bool == true, "\(answer.text)")
                #expect(answer.json?["promotion"]?.string == "ci-4711" && answer.json?["decisionId"]?.string != nil)
            }
            let made = try await people.anna.get("\(Oracle.path)/promotions/ci-4711").json
            #expect(made?["kind"]?.string == "external" && made?["phase"]?.string == "Running")
            try await #expect(database.events("promotion.started") == 2)
            try await #expect(database.events("decision.allowed") == 3)
            let done = try await people.robot.post(
                "\(Oracle.path)/promotions/ci-4711/result", .object([.init("outcome", .string("succeeded"))]))
            #expect(done.json?["phase"]?.string == "Succeeded")
            let late = try await people.robot.ask("enforce", "ci-4711", freight)
            #expect(late.status == 423 && late.json?["final"]?.bool == true && late.code == "promotion.over")
        }
    }

    @Test func decideAlwaysAnswersWith200() async throws {
        try await withEmergency { server, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let closed = try await people.robot.ask("decide", "ci-1", freight, ["mode": .string("wait")])
            #expect(
                closed.status == 200 && closed.json?["allowed"]?.bool == false && closed.json?["final"]?.bool == false)
            #expect(closed.code == "market.core_session" && closed.json?["nextOpen"]?.string == "2026-11-20T21:20:00Z")
            #expect(closed.json?.strings("warnings") == ["'mode' means nothing here"])
            try await #expect(people.robot.ask("enforce", "ci-1", freight).status == 423)
            let unknown = try await people.robot.ask("decide", "ci-1", String(repeating: "0", count: 40))
            #expect(unknown.status == 200 && unknown.json?["final"]?.bool == true && unknown.code == "freight.unknown")
            let nowhere = try await people.robot.ask("decide", "ci-1", freight, stage: "papper")
            #expect(nowhere.status == 200 && nowhere.json?["final"]?.bool == true && nowhere.code == "stage.unknown")
            for body in ["", "{", "[]", "{\"project\": 1}", "{\"project\": \"oracle\"}"] {
                let answer = try await people.robot.send(
                    "POST", "/v1/kargo/decide", bytes: Array(body.utf8), headers: [("Content-Type", "application/json")]
                )
                #expect(answer.status == 200 && answer.json?["allowed"]?.bool == false, "\(body): \(answer.text)")
                #expect(answer.json?["final"]?.bool == false && answer.json?["verdict"]?.string == "unknown")
            }
            let viewer = try await server.admin.makeToken("viewer").client
            try await #expect(viewer.ask("decide", "ci-1", freight).status == 403)
        }
    }

    @Test func whereKargoOrchestratesNothingIsToldWithoutItsWord() async throws {
        let manifests = Emergency.manifests(paper: "[]").replacing(
            "orchestrator: gatehouse", with: "orchestrator: kargo")
        try await withEmergency(manifests) { _, people, _ in
            let answer = try await people.robot.ask("enforce", "paper.01j9", String(repeating: "a", count: 40))
            #expect(answer.status == 503 && answer.json?["final"]?.bool == false, "\(answer.text)")
            #expect(answer.code == "freight.not_mirrored")
        }
    }

    @Test func equalRefusalsAreToldOnceAndCounted() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            var ids: Set<String?> = []
            for _ in 0..<5 {
                ids.insert(try await people.robot.ask("enforce", "ci-1", freight).json?["decisionId"]?.string)
            }
            #expect(ids.count == 1)
            try await #expect(database.events("decision.refused") == 1)
            try await #expect(people.ben.disable("paper").status == 200)
            try await #expect(people.robot.ask("enforce", "ci-1", freight).code == "stage.disabled")
            try await #expect(database.events("decision.refused") == 2)
            // What comes and goes is told once, too.
            try await #expect(people.ben.enable("paper").status == 200)
            let again = try await people.robot.ask("enforce", "ci-1", freight)
            #expect(again.code == "market.core_session" && ids == [again.json?["decisionId"]?.string])
            try await #expect(database.events("decision.refused") == 2)
            try await #expect(people.anna.breakGlass(freight).status == 201)
            try await #expect(people.robot.ask("enforce", "ci-1", freight).status == 200)
            let told = try await database.texts(
                """
                select convert_from(event, 'UTF8')::json -> 'details' ->> 'count' from audit_events
                where code = 'decision.refusals_ended'
                """)
            #expect(told == ["6"])
        }
    }

    @Test func aStolenTokenUsesNothingUp() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1, "  rollback: {gates: []}\n")) { _, people, database in
            let (freight, other) = (
                try await people.anna.verifiedFreight(tag: "v1"), try await people.anna.verifiedFreight(tag: "v2")
            )
            // Leave for a promotion that the person who asked for it named.
            let id = try await people.anna.breakGlass(freight, ["promotion": .string("ci-7")]).json?["id"]?.string
            try await #expect(people.ben.say("approve", to: id).status == 200)
            let invented = try await people.robot.ask("enforce", "mine", freight)
            #expect(invented.status == 423 && invented.code == "market.core_session", "\(invented.text)")
            let wrong = try await people.robot.ask("enforce", "ci-7", other)
            #expect(wrong.status == 423 && wrong.code == "market.core_session", "\(wrong.text)")
            let back = try await people.robot.ask("enforce", "mine", freight, ["rollback": .bool(true)])
            #expect(back.status == 423 && back.code == "market.core_session", "\(back.text)")
            try await #expect(database.number("select count(*) from overrides where consumed_at is not null") == 0)
            try await #expect(database.events("decision.refused") == 2)
            try await #expect(people.robot.ask("enforce", "ci-7", freight).status == 200)
            // By now the name is that of a promotion of this Freight into this Stage.
            for answer in [
                try await people.robot.ask("enforce", "ci-7", other),
                try await people.robot.ask("enforce", "ci-7", freight, stage: "live"),
            ] {
                #expect(answer.code == "promotion.mismatch" && answer.json?["final"]?.bool == true, "\(answer.text)")
            }
            try await #expect(database.events("override.consumed") == 1)
        }
    }

    @Test func whatAPersonHasWaitingIsNotTakenFromThem() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let waiting = try await people.anna.promote(freight, to: "paper").json?["id"]?.string ?? ""
            let id = try await people.anna.breakGlass(freight).json?["id"]?.string
            let stolen = try await people.robot.ask("enforce", "mine", freight)
            #expect(stolen.status == 423 && stolen.code == "market.core_session")
            // Nor is it told on by somebody who has only its name.
            let named = try await people.robot.ask("enforce", waiting, freight)
            #expect(named.code == "promotion.mismatch", "\(named.text)")
            try await #expect(people.ben.say("approve", to: id).status == 200)
            let done = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            #expect(done["id"]?.string == waiting)
            try await #expect(database.number("select count(*) from promotions where kind = 'external'") == 0)
        }
    }

    @Test func whoWasNeverLetInIsJudgedAsWhoeverEntersWhateverTheyCallIt() async throws {
        // Ten past nine: half an hour before the session nobody enters, though a minute's work would be done.
        try await withEmergency(clock: "2026-11-20T14:10:00Z") { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            for phase in ["pre", "pre-sync"] {
                let answer = try await people.robot.ask("enforce", "ci-1", freight, ["phase": .string(phase)])
                #expect(answer.status == 423 && answer.code == "market.before_open", "\(answer.text)")
            }
            try await #expect(database.number("select count(*) from promotions where kind = 'external'") == 0)
        }
    }

    @Test func nobodyOutsideDoesWhatGatehouseDoesItself() async throws {
        let deploys = "  deploy: {argocd: {application: stonks-paper, timeout: 10m}}\n"
        try await withEmergency(Emergency.manifests(paper: "[]", deploys)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let answer = try await people.robot.ask("enforce", "ci-1", freight)
            #expect(answer.status == 423 && answer.code == "promotion.mismatch", "\(answer.text)")
            // Nor on an operator's word.
            let said = try await people.anna.promote(freight, to: "paper", ["kind": .string("external")])
            #expect(said.status == 409 && said.code == "promotion.mismatch", "\(said.text)")
        }
    }

    /// What goes back passes other gates, and what is only looked on stops nobody: why somebody was let in is told.
    @Test func theLogTellsThatItWasARollbackOrOnlyLookedOn() async throws {
        let opens = "  rollback: {gates: []}\n"
        try await withEmergency(Emergency.manifests(paper: "[]", opens)) { server, people, database in
            for tag in ["v1", "v2"] {
                let freight = try await people.anna.verifiedFreight(tag: tag)
                _ = try await people.anna.promote(freight, to: "paper")
                _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            }
            try await server.admin.apply(Emergency.manifests(opens))
            let first = try await people.anna.freightID(tag: "v1")
            let refused = try await people.robot.ask("enforce", "back-1", first)
            #expect(refused.code == "market.core_session", "\(refused.text)")
            let back = try await people.robot.ask("enforce", "back-1", first, ["rollback": .bool(true)])
            #expect(back.status == 200, "\(back.text)")
            let told = """
                select count(*) from audit_events where promotion = 'back-1'
                  and code in ('promotion.started', 'decision.allowed')
                  and convert_from(event, 'UTF8')::json #>> '{details,rollback}' = 'true'
                """
            try await #expect(database.number(told) == 2)
            let record = try await server.admin.get("\(Oracle.path)/promotions/back-1/record").json
            #expect(record?["rollback"]?.bool == true)

            _ = try await people.robot.post(
                "\(Oracle.path)/promotions/back-1/result", .object([.init("outcome", .string("failed"))]))
            let third = try await people.anna.verifiedFreight(tag: "v3")
            try await #expect(people.anna.breakGlass(third).status == 201)
            try await server.admin.apply(Emergency.manifests("  enforcement: observe\n"))
            let observed = try await people.robot.ask("enforce", "seen-1", third)
            #expect(observed.status == 200, "\(observed.text)")
            try await #expect(database.events("override.consumed") == 0)
            let seen = try await server.admin.get("\(Oracle.path)/promotions/seen-1/record").json
            #expect(seen?["overrides"]?.array?.isEmpty == true && seen?["enforcement"]?.string == "observe")
        }
    }

    @Test func laterChecksOfWhoUsedItAreCoveredAndTheNextPromotionIsNot() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            try await #expect(people.anna.breakGlass(freight).status == 201)
            for phase in ["pre", "pre-sync", "pre-sync"] {
                let answer = try await people.robot.ask("enforce", "ci-1", freight, ["phase": .string(phase)])
                #expect(answer.status == 200 && answer.json?["verdict"]?.string == "closed", "\(answer.text)")
                #expect(answer.json?["override"]?.strings("covers") == ["market-hours"])
            }
            _ = try await people.robot.post(
                "\(Oracle.path)/promotions/ci-1/result", .object([.init("outcome", .string("failed"))]))
            let next = try await people.robot.ask("enforce", "ci-2", freight)
            #expect(next.status == 423 && next.code == "market.core_session", "\(next.text)")
            try await #expect(database.events("override.consumed") == 1)
        }
    }
}
