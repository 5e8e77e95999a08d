import JSON
import PostgresTesting
import Testing

/// What becomes of promotions that do something outside: how that ends, and what people do meanwhile.
@Suite struct WorkTests {
    /// A server beside a Stage `beta` in which the Freight v1 is wanted, and where work takes that long.
    private nonisolated(nonsending) func withWork(
        _ workMilliseconds: Int = 0, outcome: String? = nil,
        _ body: nonisolated(nonsending) (Client, Rehearsal) async throws -> Void
    ) async throws {
        try await withRehearsal { rehearsal in
            if let outcome { try rehearsal.end(as: outcome) }
            let server = try await rehearsal.start(workMilliseconds: workMilliseconds)
            try await rehearsal.call("beta")
            try await body(server.client, rehearsal)
            try await server.kill()
        }
    }

    private nonisolated(nonsending) func sent(_ rehearsal: Rehearsal) async throws {
        try await eventually("it is sent") { rehearsal.sent("deploy", for: "beta") > 0 }
    }

    private nonisolated(nonsending) func whole(_ promotion: JSONValue, _ client: Client) async throws -> JSONValue {
        let id = try #require(promotion["id"]?.string)
        return try #require(try await client.get("\(Oracle.path)/promotions/\(id)").json)
    }

    @Test func everyStepIsShownWithHowItEnded() async throws {
        try await withWork { client, rehearsal in
            let done = try await client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            let steps = try await whole(done, client)["steps"]?.array ?? []
            #expect(steps.compactMap { $0["name"]?.string } == ["argocd-sync", "smoke"])
            #expect(steps.compactMap { $0["state"]?.string } == ["Succeeded", "Succeeded"])
        }
    }

    @Test(arguments: [
        ("degraded", "Failed", "promotion.degraded"), ("failed", "Failed", "promotion.sync_failed"),
        ("errored", "Errored", "promotion.step_errored"),
    ])
    func whatDoesNotGoWellIsSaidInItsOwnWords(outcome: String, phase: String, code: String) async throws {
        try await withWork(outcome: outcome) { client, rehearsal in
            let ended = try await client.eventually(rehearsal.freight, in: "beta", phase, code: code)
            let step = try await whole(ended, client)["steps"]?.array?.first
            #expect(step?["detail"]?.string == ended["reason"]?.string && step?["detail"] != nil)
            let stage = try await client.get("\(Oracle.path)/stages/beta").json
            #expect(stage?["deployed"]?.array?.count == 1 && stage?["current"]?.array?.isEmpty == true)
        }
    }

    @Test func whatIsBeingVerifiedWhenItIsGivenUpStops() async throws {
        try await withRehearsal { rehearsal in
            let dead = try await rehearsal.start(dieAt: "deploy:end.after")
            try await rehearsal.call("beta")
            try await eventually("it is deployed") { dead.process.end != nil }
            try rehearsal.end(as: "never")
            try await rehearsal.letGo()
            let server = try await rehearsal.start()
            let client = server.client
            try await eventually("it is verified") { rehearsal.sent("verify", for: "beta") == 1 }
            let verifying = try await client.eventually(rehearsal.freight, in: "beta", "Verifying")
            let id = try #require(verifying["id"]?.string)
            let answer = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            #expect(answer.json?["phase"]?.string == "Aborted")
            let steps = try await whole(verifying, client)["steps"]?.array ?? []
            #expect(steps.compactMap { $0["state"]?.string } == ["Succeeded", "Stopped"])
            #expect(steps.last?["endedAt"] != nil)
            try await server.kill()
        }
    }

    @Test func whatWasFoundWantingIsRetriedAsANewPromotion() async throws {
        try await withWork(outcome: "errored") { client, rehearsal in
            let errored = try await client.eventually(rehearsal.freight, in: "beta", "Errored")
            let id = try #require(errored["id"]?.string)
            try rehearsal.end(as: "well")
            let retried = try await client.post("\(Oracle.path)/promotions/\(id)/retry", .object([]))
            #expect(retried.status == 202)
            #expect(retried.json?["retryOf"]?.string == id)
            let done = try await client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            #expect(done["id"]?.string == retried.json?["id"]?.string)
            let again = try await client.post(
                "\(Oracle.path)/promotions/\(done["id"]?.string ?? "")/retry", .object([]))
            #expect(again.status == 409 && again.code == "promotion.not_retried")
        }
    }

    @Test func freightThatIsRejectedAfterItWasSentIsFollowedAndFails() async throws {
        try await withWork(600) { client, rehearsal in
            try await sent(rehearsal)
            let rejected = try await client.post(
                "\(Oracle.path)/freight/\(rehearsal.freight)/reject", reason("it is slow"))
            #expect(rejected.status == 200)
            let ended = try await client.eventually(rehearsal.freight, in: "beta", "Failed")
            #expect(ended["code"]?.string == "promotion.refused_afterwards")
            #expect(ended["gate"]?.string == "freight.rejected")
            #expect(rehearsal.sent("verify", for: "beta") == 0)
        }
    }

    @Test func freightThatIsRejectedBeforeAnythingWasSentIsAborted() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    let rehearsal = try await Rehearsal.prepare(["beta"], database, folder: folder)
                    let dead = try await rehearsal.start(dieAt: "start.after", leaseMilliseconds: 300)
                    try await rehearsal.call("beta")
                    try await eventually("it dies") { dead.process.end != nil }
                    try await database.run(
                        """
                        insert into freight_rejections (project, freight, at, by, reason)
                        select project, id, now(), 1, 'slow' from freight
                        """)
                    let server = try await rehearsal.start()
                    let ended = try await server.client.eventually(rehearsal.freight, in: "beta", "Aborted")
                    #expect(ended["gate"]?.string == "freight.rejected")
                    #expect(rehearsal.sent("deploy", for: "beta") == 0)
                    try await server.kill()
                }
            }
        }
    }

    @Test func aStageThatIsDisabledFinishesWhatItHasBegun() async throws {
        try await withWork(600) { client, rehearsal in
            try await sent(rehearsal)
            let disabled = try await client.disable("beta")
            #expect(disabled.json?["inFlight"]?.array?.count == 1)
            let second = try await client.makeFreight(tag: "v2").json?["id"]?.string ?? ""
            _ = try await client.promote(second, to: "beta")
            _ = try await client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            _ = try await client.eventually(second, in: "beta", "Waiting", code: "stage.disabled")
            _ = try await client.enable("beta")
            _ = try await client.eventually(second, in: "beta", "Succeeded")
        }
    }

    @Test func aStageThatIsDisabledWithAllThatIsInFlightStopsIt() async throws {
        try await withWork(600_000) { client, rehearsal in
            try await sent(rehearsal)
            let second = try await client.makeFreight(tag: "v2").json?["id"]?.string ?? ""
            _ = try await client.promote(second, to: "beta")
            _ = try await client.eventually(second, in: "beta", "Waiting", code: "promotion.slot_taken")
            let disabled = try await client.post(
                "\(Oracle.path)/stages/beta/disable",
                .object([.init("reason", .string("the exchange halts")), .init("abortInFlight", .bool(true))]))
            #expect(disabled.status == 200)
            for freight in [rehearsal.freight, second] {
                let ended = try await client.eventually(freight, in: "beta", "Aborted")
                #expect(ended["code"]?.string == "promotion.aborted_by_disabling")
                #expect(ended["reason"]?.string == "the exchange halts")
            }
        }
    }

    @Test func aFreezeLetsWhatWasSentFinishOrStopsIt() async throws {
        try await withWork(600_000) { client, rehearsal in
            try await sent(rehearsal)
            let freeze = try await client.post("/v1/freezes", newFreeze(["project": "oracle"]))
            #expect(freeze.json?["inFlight"]?.array?.count == 1)
            try await #expect(rehearsal.phase(in: "beta") == "Running")
            let stop = try await client.post(
                "/v1/freezes", newFreeze(["project": "oracle"], ["abortInFlight": .bool(true)]))
            #expect(stop.status == 201)
            _ = try await client.eventually(rehearsal.freight, in: "beta", "Aborted", code: "promotion.aborted")
        }
    }

    @Test func aHotfixThatIsAskedForWhileOlderFreightIsDeployedGoesInAfterIt() async throws {
        try await withWork(300) { client, rehearsal in
            try await sent(rehearsal)
            let hotfix = try await client.makeFreight(tag: "v2").json?["id"]?.string ?? ""
            _ = try await client.promote(hotfix, to: "beta")
            _ = try await client.eventually(hotfix, in: "beta", "Succeeded")
            _ = try await client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            let stage = try await client.get("\(Oracle.path)/stages/beta").json
            #expect(stage?["current"]?.array?.first?["freight"]?.string == hotfix)
        }
    }

    /// Where both wait the newer Freight goes in and the older never undoes it. Where one was let in before the other was
    /// asked for, that is a wish of its own, and goes in after it.
    @Test func twoPeopleWhoPromoteDifferentFreightAtOneInstantGetTheNewerOrTheLaterWish() async throws {
        try await withWork { client, rehearsal in
            _ = try await client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            for round in 0..<8 {
                let older = try await client.makeFreight(tag: "a\(round)").json?["id"]?.string ?? ""
                let newer = try await client.makeFreight(tag: "b\(round)").json?["id"]?.string ?? ""
                async let one = client.promote(older, to: "beta")
                async let other = client.promote(newer, to: "beta")
                let answers = try await [one.status, other.status]
                #expect(answers == [202, 202])
                let first = try await client.eventually(newer, in: "beta", "Succeeded")
                var second: JSONValue?
                try await eventually("the older one has ended") {
                    second = try await client.promotions(of: older, into: "beta").first
                    return second?["endedAt"] != nil
                }
                let stage = try await client.get("\(Oracle.path)/stages/beta").json
                let current = stage?["current"]?.array?.first?["freight"]?.string
                let began = try #require(first["startedAt"]?.string)
                let asked = try #require(second?["requestedAt"]?.string)
                let wasLater = second?["phase"]?.string == "Succeeded" && asked >= began
                #expect(current == (wasLater ? older : newer), "round \(round): asked \(asked), began \(began)")
            }
        }
    }

    /// A server that dies when it has let the Freight into `beta`, and the Freight's way from there.
    private nonisolated(nonsending) func withStartedWork(
        _ body: nonisolated(nonsending) (Rehearsal) async throws -> Void
    ) async throws {
        try await withRehearsal { rehearsal in
            let dead = try await rehearsal.start(dieAt: "start.after")
            try await rehearsal.call("beta")
            try await eventually("it dies") { dead.process.end != nil }
            try await body(rehearsal)
        }
    }

    @Test func aPolicyThatIsTakenAwayLetsNothingSucceed() async throws {
        try await withStartedWork { rehearsal in
            let server = try await rehearsal.start()
            let client = server.client
            try await client.apply(Rehearsal.manifests(["beta"], withPolicies: false))
            try await rehearsal.letGo()
            let waiting = try await client.eventually(rehearsal.freight, in: "beta", "Waiting", code: "policy.missing")
            #expect(waiting["startedAt"] == nil && rehearsal.sent("deploy", for: "beta") == 0)
            try await client.apply(Rehearsal.manifests(["beta"]))
            _ = try await client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            #expect(rehearsal.sent("deploy", for: "beta") == 1 && rehearsal.sent("verify", for: "beta") == 1)
            try await server.kill()
        }
    }

    @Test func whatIsLateIsStoppedBeforeTheNextBegins() async throws {
        try await withWork(3_600_000) { client, rehearsal in
            try await sent(rehearsal)
            let second = try await client.makeFreight(tag: "v2").json?["id"]?.string ?? ""
            _ = try await client.promote(second, to: "beta")
            _ = try await client.eventually(second, in: "beta", "Waiting", code: "promotion.slot_taken")
            try await rehearsal.becomeLate("beta")
            _ = try await client.eventually(rehearsal.freight, in: "beta", "Errored", code: "promotion.deadline_passed")
            #expect(rehearsal.stopped("deploy", for: "beta"))
            try await eventually("the next one begins") { rehearsal.sent("deploy", for: "beta") == 2 }
        }
    }

    @Test func aRollbackThatCouldNotBeDoneIsTriedAgain() async throws {
        try await withWork { client, rehearsal in
            let old = rehearsal.freight
            _ = try await client.eventually(old, in: "beta", "Succeeded")
            let new = try await client.makeFreight(tag: "v2").json?["id"]?.string ?? ""
            _ = try await client.promote(new, to: "beta")
            _ = try await client.eventually(new, in: "beta", "Succeeded")
            try rehearsal.end(as: "errored")
            let back = try await client.promote(old, to: "beta", ["kind": .string("rollback")])
            let id = try #require(back.json?["id"]?.string)
            _ = try await client.eventually(old, in: "beta", "Errored")
            try rehearsal.end(as: "well")
            try await #expect(client.post("\(Oracle.path)/promotions/\(id)/retry", .object([])).status == 202)
            _ = try await client.eventually(old, in: "beta", "Succeeded")
        }
    }

    @Test func aYesIsUsedUpByThePromotionThatGoesWell() async throws {
        try await withServer { server, database in
            let client = server.admin
            try await client.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
            let ada = try await client.makeToken("ada", roles: ["operator"]).client
            let ben = try await client.makeToken("ben", roles: ["approver"]).client
            let (a, b) = (try await client.freightID(tag: "v1"), try await client.freightID(tag: "v2"))
            for freight in [a, b] {
                _ = try await ada.promote(freight, to: "beta")
                try await #expect(ben.approve(freight, in: "beta").status == 201)
                _ = try await client.eventually(freight, in: "beta", "Succeeded")
            }
            _ = try await ada.promote(a, to: "beta")
            _ = try await client.eventually(a, in: "beta", "Waiting", code: "approval.missing")
            try await #expect(database.number("select count(*) from freight_approvals where used_by is not null") == 2)
        }
    }

    @Test func whoHasNoTimeForTheWorkBeforeAGateClosesIsNotStartedAndHeldAgain() async throws {
        // Half an hour before the session; the work may take forty minutes.
        try await withServer(["--clock", "2026-11-20T14:00:00Z"]) { server, database in
            let client = server.admin
            let policy = Rehearsal.manifests(["beta"])
                .replacing(
                    "gates: []", with: "gates: [{name: market-hours, market: {calendar: XNYS, closedIn: [core]}}]"
                )
                .replacing("{application: beta, timeout: 10m}", with: "{application: beta, timeout: 40m}")
            try await client.apply(policy)
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.promote(freight, to: "beta")
            let waiting = try await client.eventually(freight, in: "beta", "Waiting")
            #expect(waiting["code"]?.string == "market.no_room")
            try await #expect(database.events("promotion.started") == 0)
        }
    }
}
