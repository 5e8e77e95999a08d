import Glibc
import JSON
import Manifests
import SeededTesting
import Testing

@Suite("Kargo's manifests beside Kargo's schemas")
struct KargoSampleTests {
    private static let file = getenv("GATEHOUSE_KARGO_SAMPLE").map { String(cString: $0) }

    @Test(.enabled(if: file != nil, "skipped: scripts/check-kargo runs it"))
    func examplesAreWrittenForAnotherReader() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("flows were drawn with the seed \(seed)")
        var flows = RandomFlows(generator: Seeded(seed: seed))
        var documents = KargoShop.pipeline.map(\.1).filter { $0.contains("kargo.akuity.io/") }
        documents.append(KargoStepTests.stage)
        for _ in 0..<30 {
            documents += KargoShop.documents(of: flows.set()).map(\.1)
        }
        #expect(documents.count > 60)
        let file = try #require(fopen(Self.file, "w"))
        #expect(fputs(documents.joined(separator: "\n---\n") + "\n", file) >= 0)
        #expect(fclose(file) == 0)
    }
}
