import JSON
import Testing

/// The manifests in `kargo/`.
enum ShippedPipeline {
    static let folders = ["kargo", "kargo/policies"].map { Program.repository + "/" + $0 }
    static let path = "/v1/projects/stonks-oracle"
    /// Friday, 20 November 2026, 10:00 in New York.
    static let friday = "2026-11-20T15:00:00Z"
}

@Suite struct ShippedPipelineTests {
    @Test func itIsReadWithoutAWarning() async throws {
        let checked = try await Program.run(["check"] + ShippedPipeline.folders)
        #expect(checked.code == 0)
        #expect(checked.output == "stonks-oracle: 3 stages, no errors\n")
        #expect(checked.errors.isEmpty, "\(checked.errors)")
    }

    @Test func aServerTakesItAsItIsAndTellsItAgain() async throws {
        try await withServer(["--clock", ShippedPipeline.friday]) { server, _ in
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
            let applied = try await Program.run(["apply"] + ShippedPipeline.folders, environment: variables)
            #expect(applied.code == 0, "\(applied.errors)")
            // A drill asks nobody but this machine: that nothing is found at the registry is all that may be told.
            let warnings = applied.errors.split(separator: "\n")
            #expect(warnings.allSatisfy { $0.contains("nothing will be found here") }, "\(applied.errors)")

            let project = try #require(try await server.admin.get(ShippedPipeline.path).json)
            #expect(project["orchestrator"]?.string == "gatehouse")
            let gates = Dictionary(
                uniqueKeysWithValues: (project["stages"]?.array ?? []).map { stage in
                    (stage["name"]?.string ?? "", stage["gates"]?.array?.compactMap { $0["name"]?.string } ?? [])
                })
            let hours = ["market-hours", "no-friday-evening"]
            #expect(gates == ["beta": [], "paper": hours, "live": hours + ["sign-off"]])

            let manifests = try #require(try await server.admin.get(ShippedPipeline.path + "/manifests").json)
            let warehouse = try #require(manifests["manifests"]?["kargo"]?["warehouses"]?["stonks-images"])
            #expect(warehouse["completeBy"]?.string == "tag")
            let images = (warehouse["spec"]?["subscriptions"]?.array ?? []).compactMap { $0["image"] }
            #expect(Set(images.map { $0["repoURL"]?.string }).count == 14)
            // What works with tags that are hashes of commits, and leaves latest out.
            for image in images {
                #expect(image["imageSelectionStrategy"]?.string == "NewestBuild")
                #expect(image["allowTagsRegexes"]?.array == [.string("^[0-9a-f]{6,40}$")])
            }

            let stages = try await server.admin.get(ShippedPipeline.path + "/stages").json?["stages"]?.array ?? []
            let promoted = stages.filter { $0["autoPromotion"]?.bool == true }.compactMap { $0["name"]?.string }
            #expect(promoted == ["beta"])

            let peek = try await server.admin.get(ShippedPipeline.path + "/stages/paper/gate")
            #expect(peek.status == 423)
            #expect(
                peek.json?["reason"]?.string == "paper is closed: XNYS core session until 16:00 EST, and 20m after it")
            #expect(peek.json?["nextOpenLocal"]?.string == "2026-11-20T16:20:00-05:00")
        }
    }

    @Test func aFolderWithoutManifestsIsAMistake() async throws {
        let checked = try await Program.run(["check", Program.repository + "/scripts"])
        #expect(checked.code == 2)
        #expect(checked.errors.contains("scripts has no file that ends in .yaml, .yml or .json"), "\(checked.errors)")
    }
}
