import JSON
import PostgresTesting
import Testing

@Suite struct WaitingTests {
    private static let friday = "2026-11-20T15:00:00Z"

    /// Two projects, in each of which something waits to enter beta: in `oracle` for somebody's yes, then in `shop` for the market.
    private nonisolated(nonsending) func withTwoThatWait(
        _ body: nonisolated(nonsending) (Gatehouse, _ ids: [String]) async throws -> Void
    ) async throws {
        try await withServer(["--clock", Self.friday]) { server, _ in
            var ids: [String] = []
            for (project, gate) in [
                ("oracle", "{name: sign-off, approval: {required: 1}}"), ("shop", Oracle.marketHours),
            ] {
                let manifests = Pipeline.onRequest(beta: "[\(gate)]").replacing("oracle", with: project)
                let path = "/v1/projects/" + project
                let applied = try await server.admin.send(
                    "PUT", path + "/manifests", bytes: Array(manifests.utf8),
                    headers: [("Content-Type", "application/yaml")])
                #expect(applied.status == 200, "\(applied.text)")
                let freight: JSONValue = .object([
                    .init("warehouse", .string("market")), .init("alias", .string("calm-heron")),
                    .init(
                        "images",
                        .array([
                            .object([
                                .init("repoURL", .string("ghcr.io/acme/trader")), .init("tag", .string("v1")),
                                .init("digest", .string("sha256:" + String(repeating: "a", count: 64))),
                            ])
                        ])),
                ])
                let made = try await server.admin.post(path + "/freight", freight)
                #expect(made.status == 201, "\(made.text)")
                let asked = try await server.admin.post(
                    path + "/promotions",
                    .object([.init("stage", .string("beta")), .init("freight", .string("calm-heron"))]))
                #expect(asked.status == 202, "\(asked.text)")
                ids.append(try #require(asked.json?["id"]?.string))
                try await eventually("it waits in \(project)") {
                    try await server.admin.get("\(path)/promotions?phase=Waiting").json?["promotions"]?.array?.count
                        == 1
                }
            }
            try await body(server, ids)
        }
    }

    @Test func whatWaitsAnywhereIsListedWithWhatForAndUntilWhen() async throws {
        try await withTwoThatWait { server, ids in
            let waiting = try await server.admin.get("/v1/waiting").json?["waiting"]?.array ?? []
            #expect(waiting.map { $0["id"]?.string } == ids)
            #expect(waiting.map { $0["project"]?.string } == ["oracle", "shop"])
            #expect(waiting.allSatisfy { $0["alias"]?.string == "calm-heron" && $0["stage"]?.string == "beta" })
            #expect(waiting.allSatisfy { $0["requestedBy"]?.string == "bootstrap" })
            // Whoever waits for somebody's yes does not wait for the clock.
            #expect(waiting.first?["code"]?.string == "approval.missing")
            #expect(waiting.first?["nextOpen"] == nil)
            #expect(waiting.last?["code"]?.string == "market.core_session")
            #expect(waiting.last?["nextOpen"]?.string == "2026-11-20T21:20:00Z")
            #expect(waiting.last?["nextOpenLocal"]?.string == "2026-11-20T16:20:00-05:00")
            #expect(waiting.last?["waitUntil"]?.string?.hasPrefix("2026-11-21T15:00:") == true)
        }
    }

    @Test func nobodySeesWhatTheirTokenDoesNotReach() async throws {
        try await withTwoThatWait { server, ids in
            for (scope, seen) in [
                (["projects": JSONValue.texts(["shop"])], [ids[1]]), (["projects": .texts(["none"])], []),
                (["projects": .texts(["oracle", "shop"]), "stages": .texts(["beta"])], ids),
                (["projects": .texts(["oracle", "shop"]), "stages": .texts(["live"])], []),
            ] {
                let (client, _) = try await server.admin.makeToken("reader", roles: ["viewer"], scope)
                let waiting = try await client.get("/v1/waiting").json?["waiting"]?.array ?? []
                #expect(waiting.compactMap { $0["id"]?.string } == seen, "\(scope)")
            }
        }
    }

    @Test func itIsAListInPartsLikeOthers() async throws {
        try await withTwoThatWait { server, ids in
            let first = try await server.admin.get("/v1/waiting?limit=1")
            #expect(first.json?["waiting"]?.array?.compactMap { $0["id"]?.string } == [ids[0]])
            let next = try #require(first.json?["next"]?.string)
            #expect(first.header("Link") == "</v1/waiting?limit=1&cursor=\(next)>; rel=\"next\"")
            let second = try await server.admin.get("/v1/waiting?limit=1&cursor=\(next)")
            #expect(second.json?["waiting"]?.array?.compactMap { $0["id"]?.string } == [ids[1]])
            #expect(second.json?["next"] == nil)
            try await #expect(server.admin.get("/v1/waiting?project=oracle").code == "request.bad_field")
        }
    }

    @Test func theCommandTellsThemOfEveryProject() async throws {
        try await withTwoThatWait { server, ids in
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
            let anywhere = try await Program.run(["waiting"], environment: variables)
            let lines = anywhere.output.split(separator: "\n")
            #expect(lines.count == 2, "\(anywhere.errors)")
            #expect(lines.first?.hasPrefix("oracle  \(ids[0])  Waiting  approval.missing  ") == true)
            #expect(lines.last?.hasPrefix("shop  \(ids[1])  Waiting  market.core_session  ") == true)
            _ = try await server.admin.post(
                "/v1/projects/oracle/promotions/\(ids[0])/abort", reason("not today"))
            let left = try await Program.run(["waiting"], environment: variables)
            #expect(left.output.split(separator: "\n").count == 1, "\(left.output)")
        }
    }
}
