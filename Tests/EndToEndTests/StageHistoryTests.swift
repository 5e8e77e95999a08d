import JSON
import PostgresTesting
import Testing

/// What a Stage's own history decides: what is a rollback, how long Freight has soaked, and what is deployed.
@Suite struct StageHistoryTests {
    private static let closedForwards = Rehearsal.manifests(["beta"]).replacing(
        "gates: []", with: "gates: [{name: sign-off, approval: {required: 1}}]\n  rollback: {gates: []}")

    /// v1, then v2 in `beta`, which is then closed to all that is no rollback; and v1 on its way back, let in by a server that
    /// died before it sent anything.
    private nonisolated(nonsending) func withRollback(
        _ body: nonisolated(nonsending) (Rehearsal, _ newer: String) async throws -> Void
    ) async throws {
        try await withRehearsal { rehearsal in
            let first = try await rehearsal.start()
            try await rehearsal.call("beta")
            _ = try await first.client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            let newer = try await first.client.freightID(tag: "v2")
            _ = try await first.client.promote(newer, to: "beta")
            _ = try await first.client.eventually(newer, in: "beta", "Succeeded")
            try await first.client.apply(Self.closedForwards)
            try await first.kill()
            try await rehearsal.withoutDeployer { client in
                let asked = try await client.promote(rehearsal.freight, to: "beta", ["kind": .string("rollback")])
                #expect(asked.status == 202, "\(asked.text)")
                _ = try await client.eventually(
                    rehearsal.freight, in: "beta", "Waiting", code: "promotion.no_deployer")
            }
            let second = try await rehearsal.start(dieAt: "start.after")
            try await rehearsal.call("beta")
            try await eventually("it dies") { second.process.end != nil }
            try await body(rehearsal, newer)
        }
    }

    @Test func whatIsARollbackPassesTheLastCheckByTheGatesOfRollbacks() async throws {
        try await withRollback { rehearsal, _ in
            try await rehearsal.letGo()
            let server = try await rehearsal.start()
            _ = try await server.client.eventually(rehearsal.freight, in: "beta", "Succeeded")
            #expect(rehearsal.sent("deploy", for: "beta") == 3)
            try await server.kill()
        }
    }

    @Test func whatIsNoRollbackAnyMoreAtTheLastCheckIsHeldByTheGatesThatLeadForwards() async throws {
        try await withRollback { rehearsal, newer in
            try await rehearsal.database.run(
                """
                update deployments set withdrawn_at = at where freight = '\(newer)';
                update occupancies set until = since where freight = '\(newer)';
                """)
            try await rehearsal.letGo()
            let server = try await rehearsal.start()
            _ = try await server.client.eventually(rehearsal.freight, in: "beta", "Waiting", code: "approval.missing")
            #expect(rehearsal.sent("deploy", for: "beta") == 2)
            try await server.kill()
        }
    }

    @Test func whatIsDeployedOverSoaksNoMoreHoweverThatEnds() async throws {
        let manifests = Pipeline.onRequest().replacing(
            "sources: {stages: [beta]}", with: "sources: {stages: [beta], requiredSoakTime: 1h}")
        try await withServer(["--clock", "2026-11-20T15:00:00Z"]) { server, _ in
            let client = server.admin
            try await client.apply(manifests)
            func deploy(_ freight: String) async throws -> String {
                let entered = try await client.promote(freight, to: "beta", ["kind": .string("external")])
                return try #require(entered.json?["id"]?.string, "\(entered.text)")
            }
            func report(_ id: String, _ outcome: String) async throws {
                let told = try await client.post(
                    "\(Oracle.path)/promotions/\(id)/result", .object([.init("outcome", .string(outcome))]))
                #expect(told.status == 200)
            }
            func gateInTwoHours(_ freight: String) async throws -> String? {
                try await client.get(
                    "\(Oracle.path)/stages/paper/gate?freight=\(freight)&at=2026-11-20T17:00:00Z"
                ).json?["code"]?.string
            }
            let (old, new) = (try await client.freightID(tag: "v1"), try await client.freightID(tag: "v2"))
            try await report(deploy(old), "succeeded")
            try await #expect(gateInTwoHours(old) == "stage.open")
            let id = try await deploy(new)
            try await #expect(gateInTwoHours(old) == "availability.not_soaked")
            try await report(id, "failed")
            try await #expect(gateInTwoHours(old) == "availability.not_soaked")
            // It begins anew where it is deployed again.
            try await report(deploy(old), "succeeded")
            try await #expect(gateInTwoHours(old) == "stage.open")
        }
    }

    @Test func whatTheDeployerRefusedWasNeverDeployed() async throws {
        try await withRehearsal { rehearsal in
            let server = try await rehearsal.start()
            let client = server.client
            try await rehearsal.call("beta")
            let old = rehearsal.freight
            _ = try await client.eventually(old, in: "beta", "Succeeded")
            try rehearsal.end(as: "refused")
            let new = try await client.freightID(tag: "v2")
            _ = try await client.promote(new, to: "beta")
            _ = try await client.eventually(new, in: "beta", "Errored", code: "promotion.step_errored")
            let stage = try await client.get("\(Oracle.path)/stages/beta").json
            #expect(stage?.texts("deployed", "freight") == [old] && stage?.texts("current", "freight") == [old])
            // What was there goes on soaking, and there is nothing to go back from.
            let displaced = "select count(*) from occupancies where displaced_at is not null"
            try await #expect(rehearsal.database.number(displaced) == 0)
            try await #expect(
                client.promote(old, to: "beta", ["kind": .string("rollback")]).code == "rollback.not_older")
            try await server.kill()
        }
    }
}
