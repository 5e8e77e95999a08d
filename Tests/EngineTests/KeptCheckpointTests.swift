import Crypto
import Ledger
import Testing
import Time

@testable import Engine

@Suite struct KeptCheckpointTests {
    private let at = Instant(microseconds: 1_763_650_800_250_000)

    private func signer(_ name: String = "example.com/log") throws -> LogSigner {
        try LogSigner(name: name, secret: Ed25519.PrivateKey())
    }

    private func kept(_ size: Int64) throws -> KeptCheckpoint {
        KeptCheckpoint(try SignedCheckpoint(size: size, root: .ofNothing, by: signer()), seenAt: at)
    }

    @Test func whatIsKeptComesBack() throws {
        let kept = try kept(3)
        #expect(KeptCheckpoint(parsing: kept.text) == kept)
        #expect(kept.text.hasPrefix("seen 2025-11-20T15:00:00.250000Z\nexample.com/log\n3\n"))
    }

    @Test(arguments: ["", "seen\n", "seen 2025-11-20T15:00:00Z\n", "log\n3\n"])
    func somethingElseIsNothing(text: String) {
        #expect(KeptCheckpoint(parsing: text) == nil)
    }

    @Test func ofManyTheLastOneCounts() throws {
        let all = try [kept(1), kept(2), kept(3)]
        #expect(KeptCheckpoint.last(in: all.map { $0.text + "\n" }.joined()) == all[2])
        #expect(KeptCheckpoint.last(in: all[0].text + "\n") == all[0])
        #expect(KeptCheckpoint.last(in: all[0].text) == all[0])
        #expect(KeptCheckpoint.last(in: all[0].signed.note) == nil)
    }

    @Test func aKeySignsWhatItMaySign() throws {
        let (a, b, other) = (try signer(), try signer(), try signer("example.com/other"))
        func obstacle(_ file: [LogSigner], _ log: [LogSigner]) throws -> SealingObstacle? {
            .of(try SealingKeys(parsing: file.map(\.text).joined(separator: "\n")), among: log.map(\.key))
        }
        #expect(try obstacle([a], []) == nil)
        #expect(try obstacle([a], [a]) == nil)
        #expect(try obstacle([b], [a]) == .otherKey(own: b.key, log: a.key))
        #expect(try obstacle([b, a], [a]) == nil)
        #expect(try obstacle([a], [b, a]) == .retiredKey(own: a.key, log: b.key))
        #expect(try obstacle([a, b], [b, a]) == .retiredKey(own: a.key, log: b.key))
        #expect(try obstacle([other, a], [a]) == .otherKey(own: other.key, log: a.key))
    }

    @Test func aFileWithoutAKeyIsRefused() {
        #expect(throws: LogKey.Malformed.self) { try SealingKeys(parsing: "\n") }
        #expect(throws: LogKey.Malformed.self) { try SealingKeys(parsing: "a key") }
    }
}
