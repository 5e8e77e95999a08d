import Connectors
import Promotions
import SeededTesting
import Testing

private func image(_ tag: String, revision: String? = nil) throws -> FoundImage {
    let digest = ContentDigest(of: Array("\(tag) \(revision ?? "")".utf8))
    return FoundImage(tag: tag, build: Build(digest: digest, isForPlatform: true, revision: revision))
}

@Suite struct ImageSetTests {
    @Test func imagesOfOneTagBelongTogether() throws {
        let sets = ImageSet.sets(
            of: [
                try ["1.2", "1.1", "1.0"].map { try image($0) }, try ["1.1", "1.0"].map { try image($0) },
                try ["1.2", "1.1"].map { try image($0) },
            ], by: .tag)
        #expect(sets.map(\.key) == ["1.2", "1.1", "1.0"])
        #expect(sets.map(\.missing) == [[1], [], [2]])
        #expect(sets.map(\.isComplete) == [false, true, false])
        #expect(sets[1].images.map { $0?.tag } == ["1.1", "1.1", "1.1"])
    }

    @Test func imagesOfOneRevisionBelongTogetherWhateverTheirTags() throws {
        let sets = ImageSet.sets(
            of: [
                [try image("a3"), try image("a2", revision: "4f1c"), try image("a1", revision: "4f1c")],
                [try image("b1", revision: "4f1c")],
            ], by: .revisionLabel)
        #expect(sets.map(\.key) == ["4f1c"])
        #expect(sets.first?.images.map { $0?.tag } == ["a2", "b1"])
    }

    @Test func nothingMakesNoSet() {
        #expect(ImageSet.sets(of: [], by: .tag) == [])
        #expect(ImageSet.sets(of: [[], []], by: .tag) == [])
    }

    @Test func agreesWithANaiveModel() throws {
        var random = Seeded()
        for _ in 0..<500 {
            let findings = try (0..<Int.random(in: 1...4, using: &random)).map { _ in
                try (0..<6).shuffled(using: &random).prefix(Int.random(in: 0...6, using: &random)).map {
                    try image("\($0)")
                }
            }
            let sets = ImageSet.sets(of: findings, by: .tag)
            #expect(Set(sets.map(\.key)) == Set(findings.joined().map(\.tag)), "seed \(random.seed)")
            #expect(Set(sets.map(\.key)).count == sets.count)
            for set in sets {
                let holders = findings.indices.filter { findings[$0].contains { $0.tag == set.key } }
                #expect(set.missing == findings.indices.filter { !holders.contains($0) }, "seed \(random.seed)")
            }
        }
    }
}
