import Crypto
import Ledger
import SeededTesting
import Testing

/// An export, and the log that it is of.
private struct Log {
    let signer: LogSigner
    let tree: WholeTree

    init(_ count: Int) throws {
        signer = try LogSigner(name: "example.com/log", secret: Ed25519.PrivateKey())
        tree = WholeTree((0..<count).map { Array(#"{"code":"token.created","n":\#($0)}"#.utf8) })
    }

    func checkpoint(_ size: Int) throws -> SignedCheckpoint {
        try SignedCheckpoint(size: Int64(size), root: tree.frontier(size).root, by: signer)
    }

    /// The lines of everything, as of that size, each with its newline.
    func whole(_ size: Int? = nil) throws -> [[UInt8]] {
        let size = size ?? tree.leaves.count
        return [ExportLine.header(.init(try checkpoint(size), key: signer.key))]
            + tree.leaves.prefix(size).enumerated().map { leaf, bytes in
                ExportLine.event(.init(leaf: Int64(leaf), evidence: .hash(.leaf(bytes)), bytes: bytes))
            }
    }

    /// The lines of some events only.
    func part(_ leaves: [Int], from kept: Int? = nil) throws -> [[UInt8]] {
        let size = tree.leaves.count
        let growth = kept.map { ExportLine.Growth(from: Int64($0), proof: tree.consistency($0, size)) }
        let head = ExportLine.Header(try checkpoint(size), key: signer.key, filter: "code=token.*", growth: growth)
        return [ExportLine.header(head)]
            + leaves.map { leaf in
                ExportLine.event(
                    .init(
                        leaf: Int64(leaf), evidence: .proof(tree.inclusion(leaf, size)), bytes: tree.leaves[leaf]))
            }
    }
}

/// Reads a file as the command does: what the first thing wrong with it is.
private func verify(_ file: [UInt8], _ keys: [LogKey] = [], kept: SignedCheckpoint? = nil) throws(ExportVerifier.Fault)
    -> ExportVerifier.Findings
{
    var verifier = ExportVerifier(keys: keys, kept: kept)
    var lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    let rest = lines.popLast() ?? []
    for line in lines { try verifier.take(line) }
    try verifier.takeRest(rest)
    return try verifier.finish()
}

private func fault(_ lines: [[UInt8]], _ keys: [LogKey] = [], kept: SignedCheckpoint? = nil) -> ExportVerifier.Fault? {
    do throws(ExportVerifier.Fault) {
        _ = try verify(Array(lines.joined()), keys, kept: kept)
        return nil
    } catch {
        return error
    }
}

@Suite struct ExportTests {
    private static let size = 11

    @Test func aWholeExportSaysWhatItProves() throws {
        let log = try Log(Self.size)
        let file = Array(try log.whole().joined())
        let alone = try verify(file)
        #expect(alone.events == 11 && alone.filter == nil && alone.signer == nil && alone.kept == nil)
        #expect(try verify(file, [log.signer.key]).signer == log.signer.key)
        for size in 0...Self.size {
            #expect(try verify(file, kept: log.checkpoint(size)).kept?.size == Int64(size))
        }
    }

    @Test func aPartIsProvedEventByEvent() throws {
        let log = try Log(Self.size)
        let found = try verify(Array(log.part([2, 3, 10]).joined()), [log.signer.key], kept: log.checkpoint(Self.size))
        #expect(found.events == 3 && found.filter == "code=token.*")
        #expect(try verify(Array(log.part([]).joined())).events == 0)
        #expect(try fault(log.part([3, 2]))?.leaf == 2)
        #expect(try fault(log.part([3, 3]))?.leaf == 3)
        #expect(
            try fault(log.part([3]), kept: log.checkpoint(10))?.reason.contains("export it with --checkpoint") == true)
        #expect(try fault(log.part([3]), kept: Log(12).checkpoint(12)) != nil)
        #expect(try fault([log.part([])[0]] + log.whole().dropFirst()) != nil)
        #expect(try fault([log.whole()[0]] + log.part([0]).dropFirst()) != nil)
    }

    @Test func aPartShowsThatTheLogGoesOnFromAKeptCheckpoint() throws {
        let log = try Log(Self.size)
        for kept in 1...Self.size {
            let file = Array(try log.part([3, 10], from: kept).joined())
            #expect(try verify(file, kept: log.checkpoint(kept)).kept?.size == Int64(kept), "\(kept)")
            #expect(try verify(file).kept == nil)
        }
        // The proof is from another size, or of a log with another past.
        #expect(try fault(log.part([3], from: 4), kept: log.checkpoint(5))?.reason.contains("does not show") == true)
        let other = try SignedCheckpoint(size: 5, root: .leaf([7]), by: log.signer)
        #expect(try fault(log.part([3], from: 5), kept: other)?.reason.contains("does not go on") == true)
        // Every log goes on from nothing.
        let nothing = try SignedCheckpoint(size: 0, root: .ofNothing, by: log.signer)
        #expect(try fault(log.part([3]), kept: nothing) == nil)
    }

    /// One bit of every byte, another one each time. What a part was asked for is its own word, and proves nothing.
    @Test(arguments: [UInt8(0x01), 0x20, 0x80]) func everyFlippedByteIsFoundAndItsEventNamed(bit: UInt8) throws {
        let log = try Log(Self.size)
        let lines = try log.whole()
        for (number, line) in lines.enumerated() {
            for index in line.indices {
                var altered = lines
                altered[number][index] ^= bit
                let found = fault(altered)
                #expect(found?.line == Int64(number + 1), "byte \(index) of line \(number + 1)")
                #expect(found?.leaf == (number == 0 ? nil : Int64(number - 1)), "byte \(index) of line \(number + 1)")
            }
        }
        let part = try log.part([0, 5])
        for (number, line) in part.enumerated().dropFirst() {
            for index in line.indices {
                var altered = part
                altered[number][index] ^= bit
                let line = fault(altered)?.line
                #expect(line == Int64(number + 1), "byte \(index) of line \(number + 1)")
            }
        }
    }

    @Test func everyDroppedSwappedOrDoubledLineIsFoundAndItsEventNamed() throws {
        let log = try Log(Self.size)
        let lines = try log.whole()
        for number in 1..<lines.count {
            let leaf = Int64(number - 1)
            var dropped = lines
            dropped.remove(at: number)
            #expect(fault(dropped)?.leaf == leaf)
            var doubled = lines
            doubled.insert(lines[number], at: number)
            #expect(fault(doubled)?.leaf == leaf + 1)
            for other in (number + 1)..<max(lines.count, number + 1) {
                var swapped = lines
                swapped.swapAt(number, other)
                #expect(fault(swapped)?.leaf == leaf)
            }
        }
        #expect(fault(Array(lines.dropFirst()))?.line == 1)
        #expect(fault([lines[0]] + lines)?.line == 2)
        #expect(fault([])?.reason == "the export is empty")
    }

    @Test func aCutTailIsFoundAtItsFirstMissingEvent() throws {
        let log = try Log(Self.size)
        let lines = try log.whole()
        for count in 1..<lines.count {
            #expect(fault(Array(lines.prefix(count)))?.leaf == Int64(count - 1))
        }
        let file = Array(lines.joined())
        for count in 0..<file.count { #expect(fault([Array(file.prefix(count))]) != nil, "\(count) bytes") }
    }

    @Test func aTailCutTogetherWithItsCheckpointIsFoundOnlyAgainstAKeptOne() throws {
        let log = try Log(Self.size)
        for size in 1..<Self.size {
            let cut = try log.whole(size)
            #expect(try verify(Array(cut.joined()), [log.signer.key]).kept == nil)
            let found = try fault(cut, [log.signer.key], kept: log.checkpoint(Self.size))
            #expect(found?.leaf == Int64(size))
            // It may as well be one that was made before.
            #expect(
                found?.reason == "the export ends before the kept checkpoint, with \(size) of \(Self.size) events: "
                    + "it is older, or its end was cut off")
        }
    }

    /// Whoever has the key can sign another past; whoever kept a checkpoint notices.
    @Test func aPastWrittenAnewIsFoundAgainstAKeptCheckpoint() throws {
        let log = try Log(Self.size)
        for altered in 0..<Self.size {
            var leaves = log.tree.leaves
            leaves[altered] += [UInt8(ascii: " ")]
            let other = WholeTree(leaves)
            let signed = try SignedCheckpoint(
                size: Int64(Self.size), root: other.frontier(Self.size).root, by: log.signer)
            let events = leaves.enumerated().map {
                ExportLine.event(.init(leaf: Int64($0), evidence: .hash(.leaf($1)), bytes: $1))
            }
            let lines = [ExportLine.header(.init(signed, key: log.signer.key))] + events
            #expect(fault(lines, [log.signer.key]) == nil)
            for size in (altered + 1)...Self.size {
                #expect(try fault(lines, kept: log.checkpoint(size)) != nil, "\(altered) of \(size)")
            }
            #expect(try fault(lines, kept: log.checkpoint(altered)) == nil)
            // With the true checkpoint no line is wrong by itself, and all together are.
            let forged = [try log.whole()[0]] + events
            #expect(fault(forged)?.reason.contains("not those of the checkpoint") == true)
            #expect(try fault(forged, kept: log.checkpoint(altered))?.reason.contains("event \(altered) and") == true)
        }
    }

    @Test func whoeverSignedWithAnotherKeyIsFound() throws {
        let (log, other) = (try Log(3), try Log(3))
        #expect(try fault(log.whole(), [other.signer.key])?.line == 1)
        #expect(try fault(log.whole(), [other.signer.key, log.signer.key]) == nil)
        #expect(try fault(log.whole(), [log.signer.key], kept: other.checkpoint(2)) != nil)
        #expect(try fault(log.whole(), kept: other.checkpoint(2)) == nil, "the same events, not checked for who signed")
    }
}
