import JSON
import PostgresTesting
import Testing

@Suite struct PromotionTests {
    /// Ten in the morning of a trading day in New York.
    private static let friday = "2026-11-20T15:00:00Z"

    private nonisolated(nonsending) func withPipeline(
        clock: String = friday, paper: String = "[\(Oracle.marketHours)]", live: String = "[]",
        _ body: nonisolated(nonsending) (Client, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer(["--clock", clock]) { server, database in
            try await server.admin.apply(Pipeline.manifests(paper: paper, live: live))
            try await body(server.admin, database)
        }
    }

    @Test func freightGoesByItselfAsFarAsTheGatesLetIt() async throws {
        try await withPipeline { client, database in
            let freight = try await client.freightID(tag: "v1")
            let beta = try await client.eventually(freight, in: "beta", "Succeeded")
            #expect(beta["kind"]?.string == "auto")
            let paper = try await client.eventually(freight, in: "paper", "Waiting")
            #expect(paper["code"]?.string == "market.core_session")
            #expect(paper["reason"]?.string == "paper is closed: XNYS core session until 16:00 EST, and 20m after it")
            try await #expect(client.promotions(of: freight, into: "live").isEmpty)
            let shown = try await client.get("\(Oracle.path)/stages/beta").json
            #expect(shown?["current"]?.array?.first?["freight"]?.string == freight)
            let stages = try await client.get("\(Oracle.path)/stages").json?["stages"]?.array ?? []
            #expect(stages.compactMap { $0["name"]?.string } == ["beta", "live", "paper"])
            #expect(stages.last?["promotions"]?.array?.first?["phase"]?.string == "Waiting")
            try await #expect(client.get("\(Oracle.path)/stages/papper").code == "stage.not_found")
            let live = try await client.get("\(Oracle.path)/stages/live/gate?freight=\(freight)")
            #expect(live.status == 423)
            #expect(live.json?["code"]?.string == "availability.not_verified")
            try await #expect(database.events("promotion.started") == 1)
        }
    }

    @Test func whatWaitsGoesInWhenTheMarketHasClosed() async throws {
        // Ten seconds before the margin after the session is over, at ten seconds a second.
        try await withPipeline(clock: "2026-11-20T21:19:30Z@10") { client, _ in
            let freight = try await client.freightID(tag: "v1")
            let paper = try await client.eventually(freight, in: "paper", "Succeeded")
            let started = try #require(paper["startedAt"]?.string)
            #expect(started >= "2026-11-20T21:20:00" && started < "2026-11-20T21:21:00", "\(started)")
        }
    }

    @Test func aChangeOfWhatDecidesIsFeltAtOnce() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting")
            try await client.apply(Pipeline.manifests(paper: "[]"))
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
        }
    }

    @Test func aHotfixThatGoesInSupersedesWhatWaitedBeforeIt() async throws {
        try await withPipeline { client, _ in
            let old = try await client.freightID(tag: "v1")
            _ = try await client.eventually(old, in: "paper", "Waiting")
            let new = try await client.freightID(tag: "v2")
            _ = try await client.eventually(new, in: "paper", "Waiting")
            try await client.apply(Pipeline.manifests(paper: "[]"))
            _ = try await client.eventually(new, in: "paper", "Succeeded")
            let superseded = try await client.eventually(old, in: "paper", "Superseded")
            #expect(superseded["code"]?.string == "promotion.superseded")
        }
    }

    @Test func aPersonsWishIsAnsweredWithWhatIsKnownOfIt() async throws {
        try await withPipeline(paper: "[]", live: "[\(Oracle.marketHours)]") { client, _ in
            let freight = try await client.freightID(tag: "v1")
            // Never: nobody has verified it in paper when it is asked for.
            let other = try await client.makeFreight(tag: "v9", ["warehouse": .string("other")])
            let alias = try #require(other.json?["alias"]?.string)
            let never = try await client.promote(alias, to: "live")
            #expect(never.status == 409)
            #expect(never.code == "freight.wrong_origin" && never.json?["final"]?.bool == true)
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
            let refused = try await client.promote(freight, to: "live", ["ifClosed": .string("refuse")])
            #expect(refused.status == 423 && refused.code == "market.core_session")
            try await #expect(client.promotions(of: freight, into: "live").isEmpty)
            let made = try await client.promote(freight, to: "live", ["ticket": .string("CHG-1")])
            #expect(made.status == 202)
            let id = try #require(made.json?["id"]?.string)
            #expect(made.header("Location") == "\(Oracle.path)/promotions/\(id)")
            let again = try await client.promote(freight, to: "live")
            #expect(again.status == 409 && again.code == "promotion.exists")
            #expect(again.header("Location") == "\(Oracle.path)/promotions/\(id)")
            let waiting = try await client.eventually(freight, in: "live", "Waiting")
            #expect(waiting["waitUntil"]?.string?.hasPrefix("2026-11-21T15:00") == true)
            let aborted = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            #expect(aborted.json?["phase"]?.string == "Aborted")
            try await #expect(
                client.post("\(Oracle.path)/promotions/\(id)/abort", reason("again")).code == "promotion.ended")
        }
    }

    @Test func promotionsAreFoundByAnAliasAndPageByPage() async throws {
        try await withPipeline(paper: "[]") { client, _ in
            let alias: [String: JSONValue] = ["alias": .string("calm-heron")]
            let made = try await client.makeFreight(tag: "v1", alias)
            let freight = try #require(made.json?["id"]?.string)
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
            let all = "\(Oracle.path)/promotions"
            func stages(_ query: String) async throws -> [String] {
                let found = try await client.get("\(all)?\(query)").json?["promotions"]?.array ?? []
                return found.compactMap { $0["stage"]?.string }
            }
            try await #expect(stages("freight=calm-heron") == ["paper", "beta"])
            try await #expect(stages("freight=loud-owl").isEmpty)
            let first = try await client.get("\(all)?freight=calm-heron&limit=1").json
            let next = try #require(first?["next"]?.string)
            try await #expect(stages("freight=calm-heron&cursor=\(next)") == ["beta"])
            let nowhere = try await client.get("\(all)?cursor=paper.none")
            #expect(nowhere.status == 400 && nowhere.json?["field"]?.string == "cursor")
        }
    }

    @Test func aStageGoesBackOnlyToWhatItHasRun() async throws {
        try await withPipeline(paper: "[]") { client, _ in
            let first = try await client.freightID(tag: "v1")
            _ = try await client.eventually(first, in: "paper", "Succeeded")
            let second = try await client.freightID(tag: "v2")
            _ = try await client.eventually(second, in: "paper", "Succeeded")
            let rollback: [String: JSONValue] = ["kind": .string("rollback")]
            try await #expect(client.promote(second, to: "live", rollback).code == "rollback.never_current")
            try await #expect(client.promote(second, to: "paper", rollback).code == "rollback.not_older")
            try await #expect(client.promote(first, to: "paper", rollback).status == 202)
            let back = try await client.eventually(first, in: "paper", "Succeeded")
            #expect(back["kind"]?.string == "rollback")
            let current = try await client.get("\(Oracle.path)/freight?stage=paper").json?["freight"]?.array
            #expect(current?.compactMap { $0["id"]?.string } == [first])
            // What goes in by itself does not undo it.
            try await #expect(client.promotions(of: second, into: "paper").count == 1)
        }
    }

    @Test func freightGoesPastADisabledStageAndThatIsSaid() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting")
            _ = try await client.disable("paper")
            let peek = try await client.get("\(Oracle.path)/stages/live/gate?freight=\(freight)")
            #expect(peek.status == 200)
            #expect(peek.json?["skippedStages"]?.array?.compactMap(\.string) == ["paper"])
            _ = try await client.promote(freight, to: "live")
            _ = try await client.eventually(freight, in: "live", "Succeeded")
            // Nothing is written down of a Stage that was skipped.
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "stage.disabled")
        }
    }

    @Test func whatNeedsAYesWaitsForAnotherPersons() async throws {
        let signOff = "[{name: sign-off, approval: {required: 1}}]"
        try await withPipeline(paper: "[]", live: signOff) { client, database in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
            let both = try await client.makeToken("olga", roles: ["operator", "approver"]).client
            _ = try await both.promote(freight, to: "live")
            _ = try await client.eventually(freight, in: "live", "Waiting", code: "approval.missing")
            // Her own yes is written down, and does not count for what she wants herself.
            try await #expect(both.approve(freight, in: "live").status == 201)
            try await #expect(client.promotions(of: freight, into: "live").first?["phase"]?.string == "Waiting")
            let other = try await client.makeToken("anna", roles: ["approver"]).client
            try await #expect(other.approve(freight, in: "live").status == 201)
            _ = try await client.eventually(freight, in: "live", "Succeeded")
            let list = try await client.get("\(Oracle.path)/freight/\(freight)/approvals").json?["approvals"]?.array
            #expect(list?.compactMap { $0["by"]?.string } == ["olga", "anna"])
            try await #expect(database.events("freight.approved") == 2)
            try await #expect(other.approve(freight, in: "nowhere").code == "stage.not_found")
        }
    }

    @Test func whatWasOnItsWayPastAStageWaitsForItWhenItIsEnabledAgain() async throws {
        try await withPipeline(live: "[\(Oracle.marketHours)]") { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting")
            _ = try await client.disable("paper")
            try await #expect(client.promote(freight, to: "live").status == 202)
            _ = try await client.eventually(freight, in: "live", "Waiting", code: "market.core_session")
            _ = try await client.enable("paper")
            _ = try await client.eventually(freight, in: "live", "Waiting", code: "availability.not_verified")
            try await client.apply(Pipeline.manifests(paper: "[]"))
            _ = try await client.eventually(freight, in: "live", "Succeeded")
        }
    }

    @Test func whatIsFinalEndsEvenWhereAnotherGateLeads() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting")
            _ = try await client.disable("paper")
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "stage.disabled")
            _ = try await client.post("\(Oracle.path)/freight/\(freight)/reject", reason("fills orders twice"))
            let ended = try await client.eventually(freight, in: "paper", "Aborted")
            #expect(ended["gate"]?.string == "freight.rejected")
            _ = try await client.freeze(["project": "oracle", "stage": "live"])
            let never = try await client.promote(freight, to: "live")
            #expect(never.status == 409 && never.json?["final"]?.bool == true)
        }
    }

    @Test func aStageThatIsDeployedToHasNotSucceededByItself() async throws {
        let deploy = "  deploy: {argocd: {application: a, helmParameter: image.tag, timeout: 10m, overrun: finish}}\n"
        try await withServer(["--clock", Self.friday]) { server, _ in
            let client = server.admin
            let manifests = Pipeline.manifests(paper: "[]")
            let last = manifests.replacing(
                "metadata: {name: paper, namespace: oracle}\nspec:\n  gates: []\n",
                with: "metadata: {name: paper, namespace: oracle}\nspec:\n  gates: []\n" + deploy)
            #expect(last != manifests)
            try await client.apply(last)
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "promotion.no_deployer")
            try await #expect(client.get("\(Oracle.path)/stages/paper").json?["current"]?.array?.isEmpty == true)
        }
    }

    @Test func whatGoesInByItselfDoesNotUndoARollback() async throws {
        try await withPipeline(paper: "[]") { client, _ in
            let first = try await client.freightID(tag: "v1")
            _ = try await client.eventually(first, in: "paper", "Succeeded")
            let second = try await client.freightID(tag: "v2")
            _ = try await client.eventually(second, in: "paper", "Succeeded")
            let freeze = try await client.freeze(["project": "oracle", "stage": "paper"])
            let third = try await client.freightID(tag: "v3")
            _ = try await client.eventually(third, in: "paper", "Waiting", code: "freeze.active")
            try await #expect(client.promote(first, to: "paper", ["kind": .string("rollback")]).status == 202)
            _ = try await client.endFreeze(freeze)
            _ = try await client.eventually(first, in: "paper", "Succeeded")
            _ = try await client.eventually(third, in: "paper", "Waiting", code: "promotion.origin_held")
        }
    }

    @Test func aRefusalIsNotKeptUnderItsKey() async throws {
        try await withPipeline(paper: "[]", live: "[\(Oracle.marketHours)]") { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
            let body: JSONValue = .object([
                .init("stage", .string("live")), .init("freight", .string(freight)),
                .init("ifClosed", .string("refuse")),
            ])
            let refused = try await client.post("\(Oracle.path)/promotions", body, key: "one")
            #expect(refused.status == 423 && refused.header("Retry-After") != nil)
            try await client.apply(Pipeline.manifests(paper: "[]"))
            try await #expect(client.post("\(Oracle.path)/promotions", body, key: "one").status == 202)
            let past: [String: JSONValue] = ["waitUntil": .string("2026-11-20T14:00:00Z")]
            try await #expect(client.promote(freight, to: "paper", past).json?["field"]?.string == "waitUntil")
        }
    }

    @Test func aStageThatSomethingWantsIntoIsNotRemoved() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            let waiting = try await client.eventually(freight, in: "paper", "Waiting")
            let without = Oracle.projectPolicy() + Oracle.stage("beta")
            try await #expect(client.put(without).code == "manifest.stage_busy")
            let id = try #require(waiting["id"]?.string)
            _ = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            try await #expect(client.put(without).status == 200)
        }
    }

    /// A policy alone takes no Freight from anywhere.
    @Test func aStageWhosePolicyStaysIsRemovedAllTheSame() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            let waiting = try await client.eventually(freight, in: "paper", "Waiting")
            let policies = Oracle.projectPolicy() + ["beta", "paper", "live"].map { Oracle.stage($0) }.joined()
            // Beside other Stages of Kargo's a policy for one that is not there is a mistake.
            let others = try await client.put(
                policies + Pipeline.warehouse("market") + Pipeline.stage("beta", "direct: true"))
            #expect(others.status == 422 && others.text.contains("paper"), "\(others.text)")
            try await #expect(client.put(policies).code == "manifest.stage_busy")
            let id = try #require(waiting["id"]?.string)
            _ = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            try await #expect(client.put(policies).status == 200)
        }
    }

    @Test func rejectedFreightEndsWhatItWaitsFor() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting")
            _ = try await client.post("\(Oracle.path)/freight/\(freight)/reject", reason("fills orders twice"))
            let ended = try await client.eventually(freight, in: "paper", "Aborted")
            #expect(ended["code"]?.string == "promotion.refused" && ended["gate"]?.string == "freight.rejected")
        }
    }

    @Test func whatWaitedByItselfStaysOutWhenNothingGoesInByItselfAnyMore() async throws {
        try await withPipeline { client, _ in
            let freight = try await client.freightID(tag: "v1")
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "market.core_session")
            // The gate opens in the same breath in which the Stage is no longer promoted into by itself.
            try await client.apply(Pipeline.onRequest())
            _ = try await client.eventually(freight, in: "paper", "Waiting", code: "promotion.origin_held")
            try await client.apply(Pipeline.manifests(paper: "[]"))
            _ = try await client.eventually(freight, in: "paper", "Succeeded")
        }
    }

    /// So many that deciding about each by itself would hold up every change.
    @Test func aStageThatFifteenHundredWantIntoIsStillChanged() async throws {
        try await withPipeline(live: "[\(Oracle.marketHours)]") { client, database in
            let first = try await client.freightID(tag: "v1")
            _ = try await client.eventually(first, in: "beta", "Succeeded")
            try await database.run(
                """
                insert into freight (project, id, warehouse, discovered_at, artifacts)
                    select project, encode(substr(sha256(n::text::bytea), 1, 20), 'hex'), warehouse,
                           discovered_at + n * interval '1 ms', artifacts
                    from freight, generate_series(1, 1500) n;
                insert into freight_aliases (project, alias, freight, since, is_current)
                    select project, 'f-' || substr(id, 1, 20), id, discovered_at, true from freight where id <> '\(first)';
                insert into promotions (id, project, stage, freight, warehouse, kind, phase, requested_at, requested_by,
                                        requested_with, wait_until)
                    select 'beta.' || f.id, f.project, 'beta', f.id, f.warehouse, 'person', 'Pending', f.discovered_at,
                           t.subject, t.id, f.discovered_at + interval '1 day'
                    from freight f, (select subject, id from tokens limit 1) t where f.id <> '\(first)';
                """)
            let frozen = try await client.freeze(["project": "oracle"])
            try await eventually("all know what they wait for") {
                try await database.number(
                    "select count(*) from promotions where phase = 'Waiting' and code = 'freeze.active' and stage = 'beta'"
                )
                    == 1_500
            }
            try await #expect(client.endFreeze(frozen).status == 200)
            try await eventually("the newest is in, and the others never will be") {
                try await database.number(
                    "select count(*) from promotions where phase = 'Superseded' and stage = 'beta'") == 1_499
            }
        }
    }

    private nonisolated(nonsending) func hold(_ client: Client, _ stage: String) async throws -> [String] {
        try await client.get("\(Oracle.path)/stages/\(stage)").json?["holds"]?.array?.compactMap {
            $0["reason"]?.string
        }
            ?? []
    }

    @Test func aHoldPassesToTheNextWhoWantsItAndToWhoeverSaysSo() async throws {
        try await withPipeline(paper: "[]") { client, database in
            let freight = try await [client.freightID(tag: "v1"), client.freightID(tag: "v2")]
            let newest = try await client.freightID(tag: "v3")
            _ = try await client.eventually(newest, in: "beta", "Succeeded")
            _ = try await client.freeze(["project": "oracle"])
            let wishes = try await [client.promote(freight[0], to: "beta"), client.promote(freight[1], to: "beta")]
            let ids = wishes.compactMap { $0.json?["id"]?.string }
            try #require(ids.count == 2)
            func giveUp(_ id: String) async throws {
                _ = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("the other one"))
            }
            try await giveUp(ids[0])
            try await #expect(hold(client, "beta").count == 1)
            try await giveUp(ids[1])
            try await #expect(hold(client, "beta") == [])
            try await #expect(database.events("stage.resumed") == 1)
            // What somebody holds in so many words outlasts what a promotion held.
            let third = try await client.promote(freight[0], to: "beta").json?["id"]?.string ?? ""
            try await #expect(client.post("\(Oracle.path)/stages/beta/hold", reason("an audit")).status == 200)
            try await giveUp(third)
            try await #expect(hold(client, "beta") == ["an audit"])
        }
    }

    @Test func aStageThatFollowsAnotherTakesOnlyWhatThatRuns() async throws {
        let following = Pipeline.manifests(paper: "[\(Oracle.marketHours)]").replacing(
            "sources: {stages: [beta]}",
            with: "sources: {stages: [beta], autoPromotionOptions: {selectionPolicy: MatchUpstream}}")
        try await withServer(["--clock", Self.friday]) { server, _ in
            let client = server.admin
            try await client.apply(following)
            let old = try await client.freightID(tag: "v1")
            _ = try await client.eventually(old, in: "paper", "Waiting")
            let new = try await client.freightID(tag: "v2")
            _ = try await client.eventually(new, in: "paper", "Waiting")
            _ = try await client.eventually(old, in: "paper", "Superseded")
            _ = try await client.promote(old, to: "beta", ["kind": .string("rollback")])
            _ = try await client.eventually(new, in: "paper", "Superseded")
            _ = try await client.eventually(old, in: "paper", "Waiting")
        }
    }
}
