import Manifests
import SeededTesting
import Testing

@Suite("Hostile manifests of Kargo's kinds")
struct KargoHostileTests {
    private static let image = "{image: {repoURL: a}}"
    private static let many = String(repeating: "a", count: 100_000)

    @Test(
        "each is told in few words",
        arguments: [
            KargoShop.document("Warehouse", "market", (0..<30_000).map { "  field\($0): 1" }.joined(separator: "\n")),
            KargoShop.warehouse(Array(repeating: image, count: 1_000).joined(separator: ",")),
            KargoShop.warehouse("{\(many): 1}"),
            KargoShop.warehouse("{image: {repoURL: \(many)}}"),
            KargoShop.warehouse(
                "{image: {repoURL: a, allowTagsRegexes: ['\(String(repeating: "(a*)*", count: 99))(']}}"),
            KargoShop.warehouse(image).replacing("5m", with: String(repeating: "9", count: 1_000) + "h"),
            KargoShop.warehouse(image).replacing("5m", with: "999999999999999999999h"),
            KargoShop.stage("beta", "stages: [" + String(repeating: "a,", count: 90_000) + "]"),
            KargoShop.document(
                "Stage", "beta",
                "  promotionTemplate: {spec: {steps: [{uses: a, config: \(String(repeating: "[", count: 500))"),
            KargoShop.document(
                "ProjectConfig", "shop",
                "  promotionPolicies: [{stageSelector: {name: 'glob:\(String(repeating: "{a,", count: 60))'}}]"),
        ])
    func refused(document: String) {
        let told = KargoShop.told([document])
        #expect(!told.isEmpty)
        #expect(told.count <= ManifestErrors.limit)
        #expect(told.allSatisfy { $0.utf8.count < 900 })
    }

    @Test("a pattern of many stars is over at once")
    func stars() {
        let config = KargoShop.document(
            "ProjectConfig", "shop",
            "  promotionPolicies: [{stageSelector: {name: 'glob:\(String(repeating: "*a", count: 100))*'}}]")
        let name = String(repeating: "a", count: 63)
        #expect(
            KargoShop.told([
                config, KargoShop.warehouse(Self.image), KargoShop.stage(name, "direct: true"), KargoShop.policy(name),
            ]) == [])
    }

    @Test("whatever bytes come, what is taken can be read back")
    func mutated() {
        let seed = UInt64.random(in: .min ... .max)
        print("bytes were changed with the seed \(seed)")
        var generator = Seeded(seed: seed)
        let whole = Array(KargoShop.pipeline.map(\.1).joined(separator: "\n---\n").utf8)
        var (refused, taken) = (0, 0)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                // Mostly what stays text.
                let byte =
                    Bool.random(using: &generator)
                    ? bytes.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
                bytes[Int.random(in: bytes.indices, using: &generator)] = byte
            }
            do throws(ManifestErrors) {
                let set = try ManifestSet.read(files: [(name: "a.yaml", bytes: bytes)], project: "shop").set
                let again = try ManifestSet(canonical: set.canonicalJSON)
                #expect(again == set, "seed \(seed)")
                taken += 1
            } catch {
                #expect(
                    !error.errors.isEmpty && error.errors.allSatisfy { $0.file == "a.yaml" }, "seed \(seed): \(error)")
                refused += 1
            }
        }
        #expect(refused > 500 && taken > 50)
    }
}
