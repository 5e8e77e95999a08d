import SeededTesting
import Testing
import YAML

@Suite("YAML that nobody meant to write", .timeLimit(.minutes(2)))
struct MutationTests {
    private static let corpus = [
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    text\n  'b': \"\\u00e9\"\n---\n- 1\n- [x, {y: z}]\n",
        "&a a: &b [1, *a]\nb: {c: *b, ? d : e}\n",
        "%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\n!e!x {a: !!str 1, <<: ~}\n...\n",
        "a: >-\n  folded\n  text # no comment\nb: 0x1F\nc: 'it''s'\n? long\n: - - - x\n",
    ].map { Array($0.utf8) }
    private static let pieces = [
        "&a ", "*a", "<<: ", "- ", "? ", ": ", "\n", "\t", "[", "]", "{", "}", "---\n", "|", "'",
    ]

    // A seed that fails is printed as its case's argument: add it here.
    @Test("never crashes, never passes a limit, and names a place", arguments: [1, 2, .random(in: 3 ... .max)])
    func mutations(seed: UInt64) throws {
        var generator = Seeded(seed: seed)
        let limits = YAMLLimits(depth: 5, nodes: 60, documents: 3)
        var accepted = 0
        for round in 0..<5000 {
            let bytes = mutated(using: &generator)
            do {
                let documents = try YAMLDocument.parse(bytes, limits: limits)
                accepted += 1
                #expect(documents.count <= 3 && documents.flatMap(\.all).count <= 60, "seed \(seed), round \(round)")
                #expect(documents.allSatisfy { $0.height <= 5 }, "seed \(seed), round \(round)")
            } catch {
                #expect(error.line >= 1 && error.column >= 1, "seed \(seed), round \(round)")
                #expect(error.line <= bytes.count + 1, "seed \(seed), round \(round): \(error)")
            }
        }
        // Were all refused, or none, the mutations would not be worth their time.
        #expect((50...4950).contains(accepted), "seed \(seed)")
    }

    private func mutated(using generator: inout Seeded) -> [UInt8] {
        var bytes = Self.corpus.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...8, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: 0)
            case 2: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: place)
            default: bytes.insert(.random(in: 0...255, using: &generator), at: place)
            }
        }
        return bytes
    }
}
