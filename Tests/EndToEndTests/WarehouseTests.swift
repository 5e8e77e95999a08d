import JSON
import PostgresTesting
import RegistryTesting
import Testing

/// Against Debian's `docker-registry`, which `make setup` installs.
@Suite(.enabled("skipped: docker-registry is not installed") { RealRegistry.isInstalled })
struct WarehouseTests {
    @Test func whatIsPushedBecomesFreightAndGoesOnByItself() async throws {
        let registry = try await RealRegistry()
        try await withServer { server, database in
            let client = server.admin
            try await client.apply(Shop.manifests(Shop.warehouse(interval: "1s", Shop.image(registry.image))))
            let digest = try await registry.push("v1")
            let found = try await client.eventually("Freight is made") { $0["freight"] != nil }
            let id = try #require(found["freight"]?.string)
            _ = try await client.eventually(id, in: "beta", "Succeeded")
            let freight = try await client.get("\(Oracle.path)/freight/\(id)").json
            #expect(freight?["images"]?.array?.first?["digest"]?.string == digest)
            #expect(freight?["warehouse"]?.string == "market" && freight?["madeBy"] == nil)
            let event = try await database.texts(
                "select convert_from(event, 'utf8') from audit_events where code = 'freight.created'")
            #expect(event.count == 1 && event.first?.contains(#""kind":"system""#) == true)
            // Whatever follows, what is there already is nothing new.
            let looks = found["looks"]?.integer ?? 0
            _ = try await client.eventually("it is looked at again") { ($0["looks"]?.integer ?? 0) > looks + 1 }
            try await #expect(database.events("freight.created") == 1)
            try await registry.push("v2", revision: "another")
            let next = try await client.eventually("newer Freight is made") { $0["freight"]?.string != id }
            _ = try await client.eventually(try #require(next["freight"]?.string), in: "beta", "Succeeded")
        }
    }

    @Test func aTagThatMovesIsNewFreightAndAnAlarmAlsoAcrossARestart() async throws {
        let registry = try await RealRegistry()
        try await withTurn {
            try await withServiceDatabase { database in
                let token = freshSecret()
                let old = try await registry.push("v1")
                var first: String?
                try await withServer(on: database, adminToken: token) { server in
                    try await server.admin.apply(Shop.manifests(Shop.warehouse(Shop.image(registry.image))))
                    first = try await server.admin.refresh()["freight"]?.string
                }
                // While no server runs.
                let new = try await registry.push("v1", revision: "moved")
                try await withServer(on: database, adminToken: token) { server in
                    let found = try await server.admin.refresh()
                    #expect(found["freight"] != nil && found["freight"]?.string != first)
                    #expect(found.texts("movedTags", "tag") == ["v1"])
                    #expect(found.texts("movedTags", "from") == [old] && found.texts("movedTags", "to") == [new])
                    try await #expect(database.events("warehouse.tag_moved") == 1)
                    #expect(server.logged("a tag has moved"))
                    // It is told once.
                    _ = try await server.admin.refresh()
                    try await #expect(database.events("warehouse.tag_moved") == 1)
                    try await registry.push("v1", revision: "moved again")
                    let again = try await server.admin.refresh()
                    #expect(again["movedTags"]?.array?.count == 2)
                    try await #expect(database.events("freight.created") == 3)
                }
            }
        }
    }

    @Test func whoAsksForALookGetsWhatItFinds() async throws {
        let registry = try await RealRegistry()
        try await registry.push("v1")
        try await withServer { server, _ in
            try await server.admin.apply(Shop.manifests(Shop.warehouse(Shop.image(registry.image))))
            let ci = try await server.admin.makeToken("pipeline", kind: "robot", roles: ["ci"]).client
            let found = try await ci.refresh()
            let subscription = found["subscriptions"]?.array?.first
            #expect(subscription?.texts("candidates", "tag") == ["v1"])
            #expect(found["failures"]?.integer == 0 && found["succeededAt"] == found["lookedAt"])
            try await registry.push("v2")
            let asked = try await ci.send("POST", "\(Oracle.path)/warehouses/market/refresh")
            #expect(asked.status == 202)
            let look = try #require(asked.json?["look"]?.integer)
            let later = try await server.admin.eventually("the look has ended") { ($0["looks"]?.integer ?? 0) >= look }
            #expect(later["subscriptions"]?.array?.first?.texts("candidates", "tag") == ["v2", "v1"])
            let list = try await server.admin.get("\(Oracle.path)/warehouses?limit=1")
            #expect(list.json?.texts("warehouses", "name") == ["market"] && list.json?["next"] == nil)
            try await #expect(server.admin.get("\(Oracle.path)/warehouses/markt").code == "warehouse.not_found")
            let tooLong = try await ci.send("POST", "\(Oracle.path)/warehouses/market/refresh?wait=1h")
            #expect(tooLong.status == 400 && tooLong.json?["field"]?.string == "wait")
        }
    }

    @Test func whatFailsIsNamedAndStopsNothingElse() async throws {
        let registry = try await RealRegistry()
        try await registry.push("v1")
        let git = try await GitBackend()
        try await withServer { server, database in
            // Nobody listens at port 1.
            let down = Shop.warehouse(
                named: "down", Shop.image("127.0.0.1:1/team/app"), "{git: {repoURL: \"\(git.url)\", branch: main}}",
                Shop.image(registry.image("team/none")))
            try await server.admin.apply(Shop.manifests(down, Shop.warehouse(Shop.image(registry.image))))
            #expect(try await server.admin.refresh()["freight"] != nil)
            let found = try await server.admin.refresh("down")
            let subscriptions = try #require(found["subscriptions"]?.array)
            #expect(subscriptions[0]["error"]?["message"]?.string?.contains("cannot be reached") == true)
            #expect(subscriptions[1].texts("candidates", "branch") == ["main"] && subscriptions[1]["error"] == nil)
            #expect(subscriptions[2]["error"]?["message"]?.string?.contains("nothing of that name") == true)
            #expect(found["freight"] == nil && found["succeededAt"] == nil)
            #expect((found["failures"]?.integer ?? 0) > 0)
            try await #expect(database.events("freight.created") == 1)
            // What has found everything in the meantime is well again.
            try await registry.push("v1", to: "team/none")
            let partly = try await server.admin.refresh("down")
            #expect(partly["subscriptions"]?.array?.last?["error"] == nil)
            let since = partly["subscriptions"]?.array?.first?["error"]?["since"]
            #expect(since != nil && since == subscriptions[0]["error"]?["since"])
        }
    }

    @Test func aCommitIsFreightToo() async throws {
        let git = try await GitBackend()
        try await withServer { server, _ in
            let source = "{git: {repoURL: \"\(git.url)\", commitSelectionStrategy: SemVer}}"
            try await server.admin.apply(Shop.manifests(Shop.warehouse(source)))
            let id = try #require(try await server.admin.refresh()["freight"]?.string)
            let commit = try await server.admin.get("\(Oracle.path)/freight/\(id)").json?["commits"]?.array?.first
            #expect(commit?["tag"]?.string == "v1.10.0")
            #expect(try await commit?["id"]?.string == git.git("rev-parse", "v1.10.0^{commit}"))
        }
    }

    @Test func aSetOfImagesIsFreightWhenAllOfItIsThere() async throws {
        let registry = try await RealRegistry()
        let paths = (1...14).map { "team/service-\($0)" }
        try await withServer { server, database in
            let images = paths.map { Shop.image(registry.image($0)) }
            let warehouse = Shop.warehouse(completeBy: "tag", "PLACE").replacing(
                "PLACE", with: images.joined(separator: ", "))
            try await server.admin.apply(Shop.manifests(warehouse))
            for path in paths { try await registry.push("4f1c2e9", to: path) }
            let whole = try await server.admin.refresh()
            #expect(whole["freight"] != nil && whole["incompleteSets"]?.array?.isEmpty == true)
            for path in paths.dropLast(2) { try await registry.push("77ab0c1", revision: "new", to: path) }
            let partly = try await server.admin.refresh()
            #expect(partly["freight"] == whole["freight"])
            let set = try #require(partly["incompleteSets"]?.array?.first)
            #expect(set["key"]?.string == "77ab0c1")
            #expect(set["missing"]?.array?.compactMap(\.string) == paths.suffix(2).map { registry.image($0) })
            let since = set["since"]?.string
            #expect(try await server.admin.refresh()["incompleteSets"]?.array?.first?["since"]?.string == since)
            for path in paths.suffix(2) { try await registry.push("77ab0c1", revision: "new", to: path) }
            let complete = try await server.admin.refresh()
            #expect(complete["incompleteSets"]?.array?.isEmpty == true)
            let id = try #require(complete["freight"]?.string)
            #expect(id != whole["freight"]?.string)
            let freight = try await server.admin.get("\(Oracle.path)/freight/\(id)").json
            #expect(freight?.texts("images", "tag") == Array(repeating: "77ab0c1", count: 14))
            try await #expect(database.events("freight.created") == 2)
        }
    }

    @Test(arguments: ["SemVer", "Lexical"])
    func whereNothingIsNewLittleIsAsked(strategy: String) async throws {
        let registry = try await RealRegistry()
        let type = RealRegistry.imageType
        let config = try await registry.blob(#"{"os":"linux","architecture":"amd64"}"#)
        for number in 0..<120 {
            try await registry.manifest(
                """
                {"schemaVersion":2,"mediaType":"\(type)","config":
                {"mediaType":"\(RealRegistry.configType)","digest":"\(config)","size":37},"layers":[]}
                """, tag: "1.\(number).0", type: type)
        }
        try await withServer { server, _ in
            let image = Shop.image(registry.image, strategy, ", discoveryLimit: 7")
            try await server.admin.apply(Shop.manifests(Shop.warehouse(image)))
            #expect(try await server.admin.refresh()["freight"] != nil)
            let before = try await registry.asked()
            _ = try await server.admin.refresh()
            let after = try await registry.asked()
            #expect(
                after.merging(before, uniquingKeysWith: -) == [
                    "GET tags": 1, "HEAD manifests": 7, "GET manifests": 0, "GET blobs": 0,
                ])
        }
    }

    @Test func freightThatPeopleMakeIsNotMadeForThem() async throws {
        let registry = try await RealRegistry()
        try await registry.push("v1")
        try await withServer { server, database in
            let manual = Shop.warehouse(Shop.image(registry.image)).replacing(
                "interval:", with: "freightCreationPolicy: Manual\n  interval:")
            try await server.admin.apply(Shop.manifests(manual))
            let found = try await server.admin.refresh()
            #expect(found["automatic"]?.bool == false && found["freight"] == nil)
            #expect(found["subscriptions"]?.array?.first?.texts("candidates", "tag") == ["v1"])
            try await #expect(database.events("freight.created") == 0)
        }
    }

    @Test func kargosWarehousesAreKargosToLookAt() async throws {
        try await withServer { server, database in
            let warehouse = Shop.warehouse(Shop.image("127.0.0.1:1/team/app"))
            try await server.admin.apply(
                Shop.manifests(orchestrator: "kargo", warehouse).replacing(Oracle.stage("beta"), with: ""))
            let shown = try await server.admin.warehouse()
            #expect(shown["polled"]?.bool == false && shown["nextLookAt"] == nil)
            let refused = try await server.admin.send("POST", "\(Oracle.path)/warehouses/market/refresh")
            #expect(refused.code == "project.kargo_orchestrates")
            try await #expect(database.number("select count(*) from warehouse_looks") == 0)
        }
    }

    @Test func whatCannotBeFollowedIsToldWhenItIsWritten() async throws {
        try await withServer(["--allow-host", "quay.io"]) { server, _ in
            func put(_ subscription: String) async throws -> Answer {
                try await server.admin.put(Shop.manifests(Shop.warehouse(subscription)), "?dryRun=true")
            }
            let goOnly = try await put(Shop.image("quay.io/a/b", "Lexical", #", allowTagsRegexes: ["(?P<n>v.*)"]"#))
            #expect(goOnly.code == "manifest.invalid" && goOnly.text.contains("is Go's only"))
            try await #expect(put("{git: {repoURL: 'https://quay.io/a/b', includePaths: [x]}}").status == 422)
            try await #expect(put(Shop.image("quay.io/a/b")).json?["warnings"]?.array?.isEmpty == true)
            let elsewhere = try await put(Shop.image("ghcr.io/a/b"))
            #expect(elsewhere.status == 200)
            let warning = elsewhere.json?["warnings"]?.array?.first
            #expect(warning?["message"]?.string?.contains("may not ask ghcr.io") == true)
            #expect(warning?["path"]?.string == "spec.subscriptions[0].image.repoURL")
            try await server.admin.apply(Shop.manifests(Shop.warehouse(Shop.image("ghcr.io/a/b"))))
            let found = try await server.admin.refresh()
            let message = found["subscriptions"]?.array?.first?["error"]?["message"]?.string
            #expect(message?.contains("--allow-host") == true)
        }
    }

    @Test func aDrillLooksAtThisMachineOnly() async throws {
        let arguments = ["--clock", "2026-11-20T15:00:00Z", "--allow-host", "quay.io"]
        try await withServer(arguments) { server, _ in
            let manifests = Shop.manifests(Shop.warehouse(Shop.image("quay.io/a/b")))
            let answer = try await server.admin.put(manifests)
            #expect(answer.text.contains("which asks this machine only"))
            let found = try await server.admin.refresh()
            #expect(found["subscriptions"]?.array?.first?["error"] != nil)
        }
    }

    @Test func severalServersShareTheWork() async throws {
        let registry = try await RealRegistry()
        try await withTurn {
            try await withServiceDatabase { database in
                try await withServer(on: database) { first in
                    try await withServer(on: database, adminToken: first.adminToken ?? "") { second in
                        let warehouses = (1...4).map {
                            Shop.warehouse(
                                named: "market-\($0)", interval: "1s", Shop.image(registry.image("team/app-\($0)")))
                        }
                        for number in 1...4 { try await registry.push("v1", to: "team/app-\(number)") }
                        try await first.admin.apply(
                            Shop.manifests(Shop.warehouse(Shop.image(registry.image)), warehouses.joined()))
                        for number in 1...4 {
                            _ = try await second.admin.eventually("it has been looked at", of: "market-\(number)") {
                                ($0["looks"]?.integer ?? 0) > 3 && $0["freight"] != nil
                            }
                        }
                        // Each Freight once, whoever looked.
                        try await #expect(database.events("freight.created") == 4)
                    }
                }
            }
        }
    }

    @Test func theCommandsTellTheSame() async throws {
        let registry = try await RealRegistry()
        try await registry.push("v1")
        try await withServer { server, _ in
            try await server.admin.apply(
                Shop.manifests(
                    Shop.warehouse(Shop.image(registry.image)),
                    Shop.warehouse(named: "other", Shop.image("127.0.0.1:1/team/app"))))
            func run(_ words: String...) async throws -> Program.Outcome {
                try await Program.run(
                    ["warehouse"] + words,
                    environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""])
            }
            let found = try await run("refresh", "oracle", "market")
            #expect(found.code == 0, "\(found.errors)")
            #expect(found.output.hasPrefix("market  every 1h  looked at "))
            #expect(found.output.contains("\nimage  \(registry.image)  v1  sha256:"))
            let failed = try await run("refresh", "oracle", "other")
            #expect(failed.code == 1 && failed.output.contains("cannot be reached"))
            let asked = try await run("refresh", "oracle", "market", "--wait", "0s")
            #expect(asked.code == 0 && asked.output.hasPrefix("look "))
            let list = try await run("list", "oracle")
            #expect(list.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == ["market", "other"])
            try await #expect(run("show", "oracle", "markt").errors.contains("[warehouse.not_found]"))
        }
    }
}
