import Connectors
import Promotions
import RegistryTesting
import Testing

/// Against Debian's `docker-registry`, which `make setup` installs.
@Suite(.enabled("skipped: docker-registry is not installed") { RealRegistry.isInstalled })
struct RealRegistryTests {
    private let real: RealRegistry
    private let client = registry()

    init() async throws { real = try await RealRegistry() }

    private func poll(
        _ strategy: ImageSubscription.Strategy = .semVer, constraint: String? = nil
    ) async throws -> ImageFindings {
        var knowledge = ImageKnowledge()
        return try await client.poll(
            ImageSubscription(repository: real.image, strategy: strategy, constraint: constraint), knowing: &knowledge,
            withRevisions: true)
    }

    @Test func itSpeaksTheProtocol() async throws {
        try await client.check(real.image)
        await #expect(throws: RegistryError.self) { try await client.tags(of: real.image) }
    }

    @Test func whatIsPushedIsFound() async throws {
        let first = try await real.push("1.0.0", created: "2026-02-01T00:00:00Z", revision: "4f1c2e9")
        let second = try await real.push("1.1.0", created: "2026-01-01T00:00:00Z")
        try await real.push("2.0.0", architecture: "arm64")
        let byVersion = try await poll()
        #expect(byVersion.candidates.map(\.tag) == ["1.1.0", "1.0.0"])
        #expect(byVersion.candidates.map(\.build.digest.description) == [second, first])
        #expect(byVersion.candidates.last?.build.revision == "4f1c2e9")
        #expect(try await poll(.newestBuild).candidates.map(\.tag) == ["1.0.0", "1.1.0"])
        #expect(try await poll(.digest, constraint: "1.0.0").candidates.map(\.build.digest.description) == [first])
    }

    @Test func anIndexIsFoundByItsOwnDigest() async throws {
        let image = try await real.push()
        let index = try await real.manifest(
            """
            {"schemaVersion":2,"mediaType":"\(FakeRegistry.indexType)","manifests":[{"mediaType":"\(FakeRegistry.imageType)",
            "digest":"\(image)","size":480,"platform":{"os":"linux","architecture":"amd64"}}]}
            """, tag: "3.0.0", type: FakeRegistry.indexType)
        #expect(try await poll().candidates.map(\.build.digest.description) == [index])
    }

    @Test func aTagThatMovesAndOneThatGoesAreSeen() async throws {
        try await real.push("1.0.0")
        let second = try await real.push("1.1.0", revision: "a")
        let subscription = ImageSubscription(repository: real.image)
        var knowledge = ImageKnowledge()
        _ = try await client.poll(subscription, knowing: &knowledge, withRevisions: true)
        try await real.push("1.0.0", revision: "moved")
        try await real.delete(second)
        let again = try await client.poll(subscription, knowing: &knowledge, withRevisions: true)
        #expect(again.candidates.map(\.tag) == ["1.0.0"])
        #expect(again.moved.map(\.tag) == ["1.0.0"])
        #expect(again.candidates.first?.build.revision == "moved")
    }

    @Test(.enabled("skipped: skopeo is not installed") { TestProgram.exists("skopeo") })
    func whatSkopeoPushesIsFound() async throws {
        let digest = try await real.push("1.0.0")
        let output = try await TestProgram.output(of: [
            "skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false",
            "docker://\(real.image):1.0.0", "docker://\(real.image):1.0.1",
        ])
        let found = try await poll()
        #expect(found.candidates.map(\.tag) == ["1.0.1", "1.0.0"], "\(output)")
        #expect(found.candidates.allSatisfy { $0.build.digest.description == digest })
    }
}
