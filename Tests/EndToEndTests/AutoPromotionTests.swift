import JSON
import PostgresTesting
import Testing

/// What goes in by itself where most of the newest Freight cannot.
@Suite struct AutoPromotionTests {
    /// More than are looked at, of those that have done well somewhere.
    private static let many = 24

    /// `live` goes by itself, after `paper` alone, or after any of two.
    @Test(arguments: ["stages: [paper]", "stages: [paper, canary]"])
    func whatManyNewerBuildsHaveNotReachedIsFoundBehindThem(sources: String) async throws {
        let canary = Pipeline.stage("canary", "stages: [beta]") + Oracle.stage("canary")
        let manifests =
            Pipeline.manifests(paper: "[]")
            .replacing("{stageSelector: {name: paper}", with: "{stageSelector: {name: live}")
            .replacing("sources: {stages: [paper]}", with: "sources: {\(sources)}") + canary
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(manifests)
            let old = try await client.freightID(tag: "v0")
            _ = try await client.eventually(old, in: "beta", "Succeeded")
            for number in 1...Self.many {
                let newer = try await client.freightID(tag: "v\(number)")
                _ = try await client.eventually(newer, in: "beta", "Succeeded")
            }
            _ = try await client.promote(old, to: "paper")
            let found = try await client.eventually(old, in: "live", "Succeeded")
            #expect(found["kind"]?.string == "auto")
        }
    }

    @Test func whatManyNewerBuildsHaveDoneWellNowhereIsFoundBehindThem() async throws {
        try await withServer { server, _ in
            let client = server.admin
            try await client.apply(Pipeline.manifests(paper: "[]"))
            try await #expect(client.hold("paper").status == 200)
            let old = try await client.freightID(tag: "v1")
            _ = try await client.eventually(old, in: "beta", "Succeeded")
            let current = try await client.freightID(tag: "v2")
            _ = try await client.eventually(current, in: "beta", "Succeeded")
            try await #expect(client.hold("beta").status == 200)
            for number in 1...Self.many { _ = try await client.freightID(tag: "w\(number)") }
            let rejected = try await client.post("\(Oracle.path)/freight/\(current)/reject", reason("it is slow"))
            #expect(rejected.status == 200)
            try await #expect(client.resume("paper").status == 200)
            _ = try await client.eventually(old, in: "paper", "Succeeded")
        }
    }
}
