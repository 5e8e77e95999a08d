import Manifests
import SeededTesting
import Testing

@Suite("Hostile manifests")
struct HostileTests {
    /// Texts that no reader should be sent.
    private static let texts: [(name: String, text: String)] = [
        ("nested lists", String(repeating: "[", count: 100_000)),
        ("nested mappings", String(repeating: "{a: ", count: 50_000)),
        ("nested gates", Shop.paper("  gates: " + String(repeating: "[", count: 1_000))),
        ("a bomb of aliases", bomb),
        ("NUL", Shop.paper("  gates: [{name: \"a\u{0}\"}]")),
        ("an escaped NUL", Shop.paper(#"  gates: [{name: a, market: {calendar: "a\0b"}}]"#)),
        ("garbage", String((0..<(1 << 20)).map { _ in "%" as Character })),
        ("too much", String(repeating: "# a\n", count: 1 << 19)),
        ("too many documents", String(repeating: "--- {}\n", count: 300)),
        ("a list that is too long", Shop.paper("  gates: [" + String(repeating: "a,", count: 90_000) + "]")),
        ("unknown fields", Shop.paper((0..<30_000).map { "  gate\($0): 1" }.joined(separator: "\n"))),
        ("a long key", Shop.paper("  ? \"" + String(repeating: "é", count: 100_000) + "\"\n  : 1")),
        ("a long name", Shop.paper("  gates: [{name: \(String(repeating: "a", count: 100_000)), soak: {for: 1h}}]")),
    ]

    private static let bomb =
        "a0: &a0 [x]\n" + (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()

    @Test("each is refused in few words", arguments: texts)
    func refused(name: String, text: String) {
        let errors = Shop.errors([("project.yaml", Shop.projectPolicy), ("a.yaml", text)])
        #expect(!errors.isEmpty, "\(name)")
        #expect(errors.count <= ManifestErrors.limit)
        #expect(errors.allSatisfy { $0.utf8.count < 600 }, "\(name)")
    }

    @Test("more errors than anyone reads are counted")
    func counted() throws {
        let fields = (0..<1_000).map { "  field\($0): 1" }.joined(separator: "\n")
        let text = Shop.paper("  gates: []\n" + fields)
        let refusal = try #require(throws: ManifestErrors.self) {
            try Shop.read([("project.yaml", Shop.projectPolicy), ("a.yaml", text)])
        }
        #expect(refusal.errors.count == 50)
        #expect(refusal.omitted == 950)
        #expect(refusal.description.hasSuffix("\nand 950 more"))
    }

    @Test("bytes that are no text are refused where they stand")
    func notUTF8() throws {
        let bytes = Array("apiVersion: ".utf8) + [0xFF, 0xFE]
        let refusal = try #require(throws: ManifestErrors.self) {
            _ = try ManifestSet.read(files: [(name: "a.yaml", bytes: bytes)], project: "shop")
        }
        #expect(
            refusal.description == "a.yaml:1:13: a byte here is not UTF-8; save the file as UTF-8.")
    }

    @Test("whatever bytes come, they are read or refused")
    func mutated() {
        let seed = UInt64.random(in: .min ... .max)
        print("bytes were changed with the seed \(seed)")
        var generator = Seeded(seed: seed)
        let whole = Array((Shop.projectPolicy + "\n---\n" + Shop.paper("  gates: [{name: a, soak: {for: 1h}}]")).utf8)
        var refused = 0
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do throws(ManifestErrors) {
                let set = try ManifestSet.read(files: [(name: "a.yaml", bytes: bytes)], project: "shop").set
                #expect(set.project == "shop", "seed \(seed)")
            } catch {
                #expect(!error.errors.isEmpty, "seed \(seed): \(bytes)")
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }
}
