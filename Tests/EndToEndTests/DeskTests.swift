import JSON
import PostgresTesting
import Testing

/// Deployers outside who ask at the same time are answered together, and each as if it had asked alone.
@Suite struct DeskTests {
    /// A question, and the code of its answer; nothing where it is let on.
    private struct Ask: Sendable {
        let promotion: String
        let freight: String
        let stage: String
        let code: String?
    }

    @Test func thoseWhoAskAtOnceAreAnsweredAsIfEachHadAskedAlone() async throws {
        try await withEmergency { _, people, database in
            let (anna, robot) = (people.anna, people.robot)
            let verified = try await anna.verifiedFreight(tag: "v1")
            let fresh = try await anna.freightID(tag: "v2")
            try await #expect(robot.ask("enforce", "beta-1", fresh, stage: "beta").status == 200)
            let asks = [
                Ask(promotion: "beta-1", freight: fresh, stage: "beta", code: nil),
                Ask(promotion: "beta-2", freight: fresh, stage: "beta", code: "promotion.slot_taken"),
                Ask(promotion: "beta-1", freight: verified, stage: "beta", code: "promotion.mismatch"),
                Ask(promotion: "beta-1", freight: fresh, stage: "paper", code: "promotion.mismatch"),
                Ask(promotion: "paper-1", freight: verified, stage: "paper", code: "market.core_session"),
                Ask(promotion: "paper-2", freight: fresh, stage: "paper", code: "availability.not_verified"),
                Ask(promotion: "paper-3", freight: "none", stage: "paper", code: "freight.unknown"),
                Ask(promotion: "lost-1", freight: verified, stage: "nowhere", code: "stage.unknown"),
            ]
            let rounds = 6
            try await withThrowingTaskGroup(of: (Ask, Answer).self) { group in
                for ask in (0..<rounds).flatMap({ _ in asks }) {
                    group.addTask {
                        (ask, try await robot.ask("decide", ask.promotion, ask.freight, stage: ask.stage))
                    }
                }
                var events: [String: Set<String>] = [:]
                for try await (ask, answer) in group {
                    #expect(answer.json?["allowed"]?.bool == (ask.code == nil), "\(answer.text)")
                    if let code = ask.code { #expect(answer.code == code, "\(answer.text)") }
                    #expect(answer.json?["promotion"]?.string == ask.promotion)
                    let event = try #require(answer.json?["decisionId"]?.string)
                    events["\(ask.promotion) \(ask.freight) \(ask.stage)", default: []].insert(event)
                }
                // Each yes is told; of each no the first, which all of them name until the asker is let on.
                let often = events.mapValues(\.count).filter { $0.value > 1 }
                #expect(often["beta-1 \(fresh) beta"] == rounds)
                #expect(Set(often.keys).isSubset(of: ["beta-1 \(fresh) beta", "beta-2 \(fresh) beta"]))
            }
            try await #expect(database.events("decision.allowed") == rounds + 1)
            let others = "select sum(count) from refusal_runs where code <> 'promotion.slot_taken'"
            try await #expect(database.number(others) == rounds * (asks.count - 2))
        }
    }

    @Test func aTokenThatIsRevokedMeanwhileTakesNobodyAlong() async throws {
        try await withEmergency { server, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let lost = try await server.admin.makeToken("lost", kind: "robot", roles: ["gate"]).client
            // Behind the server's back: it goes by what it has in memory.
            try await #expect(lost.ask("enforce", "ci-1", freight).status == 423)
            try await database.run("update tokens set revoked_at = now() where name = 'lost'")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<16 {
                    let client = number % 2 == 0 ? lost : people.robot
                    group.addTask {
                        let answer = try await client.ask("enforce", "ci-\(number)", freight)
                        #expect(answer.status == (number % 2 == 0 ? 401 : 423), "\(answer.text)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func whoChangesOneProjectKeepsNobodyWaitingInAnother() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let change = try await HeldLock.hold(database, "select pg_advisory_xact_lock(4746, hashtext('other'))")
            async let waiting = people.robot.ask("decide", "other-1", freight, ["project": .string("other")])
            for number in 0..<8 {
                let answer = try await people.robot.ask("decide", "ci-\(number)", freight)
                #expect(answer.code == "market.core_session", "\(answer.text)")
            }
            try await change.release()
            let late = try await waiting
            #expect(late.json?["allowed"]?.bool == false, "\(late.text)")
        }
    }
}
