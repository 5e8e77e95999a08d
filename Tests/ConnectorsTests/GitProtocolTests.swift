import SeededTesting
import Testing

@testable import Connectors

@Suite struct PacketLineTests {
    private func read(_ text: String) throws(PacketLine.ParseError) -> [PacketLine] {
        try PacketLine.read(Array(text.utf8))
    }

    @Test func linesAndMarksAreRead() throws {
        #expect(
            try read("0006a\n0000000100020005b0004")
                == [.line([0x61]), .flush, .delimiter, .end, .line([0x62]), .line([])])
        #expect(try read("") == [])
    }

    @Test(arguments: ["0", "000", "0003", "0005", "00xy", "fff1", "-001", "0008abc", "+005a"])
    func whatIsNoLineIsRefused(text: String) {
        #expect(throws: PacketLine.ParseError.self) { try read(text) }
    }

    @Test func whatIsWrittenIsRead() throws {
        for count in [0, 1, 10, 11, 250, 251, 4_000, 65_000] {
            let line = PacketLine.line([UInt8](repeating: 0x61, count: count))
            #expect(try PacketLine.read(line.bytes + PacketLine.delimiter.bytes) == [line, .delimiter])
        }
    }

    /// Whatever comes is read or refused; nothing of it is made up.
    @Test func anyBytesAreReadOrRefused() {
        var random = Seeded()
        let digits = Array("0001248cf\nrefs/ \u{0}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                digits.randomElement(using: &random) ?? 0
            }
            guard let lines = try? PacketLine.read(bytes) else { continue }
            let length = lines.reduce(0) { sum, line in
                if case .line(let text) = line { sum + 4 + text.count } else { sum + 4 }
            }
            // Each line may have lost the line break at its end.
            #expect(length <= bytes.count && bytes.count <= length + lines.count, "seed \(random.seed)")
            _ = try? GitProtocol.references(bytes)
            _ = try? GitProtocol.capabilities(bytes)
        }
    }
}

@Suite struct GitProtocolTests {
    private let hash = String(repeating: "a", count: 40)

    private func packets(_ lines: String...) -> [UInt8] {
        lines.flatMap { PacketLine.line(Array($0.utf8)).bytes } + PacketLine.flush.bytes
    }

    @Test func aServerOfVersion2IsKnown() throws {
        let plain = packets("version 2", "agent=git/2.39", "ls-refs=unborn", "fetch=shallow", "object-format=sha256")
        #expect(try GitProtocol.capabilities(plain)?.objectFormat == "sha256")
        let announced = packets("# service=git-upload-pack") + packets("version 2", "ls-refs")
        #expect(try GitProtocol.capabilities(announced)?.objectFormat == "sha1")
    }

    @Test func otherVersionsAreNot() throws {
        #expect(try GitProtocol.capabilities(packets("version 1")) == nil)
        #expect(try GitProtocol.capabilities(packets("\(hash) HEAD\0multi_ack")) == nil)
        #expect(try GitProtocol.capabilities(packets("version 2", "fetch")) == nil)
        #expect(try GitProtocol.capabilities([]) == nil)
    }

    @Test func referencesAreRead() throws {
        let other = String(repeating: "b", count: 40)
        let references = try GitProtocol.references(
            packets("\(hash) HEAD symref-target:refs/heads/main", "\(hash) refs/tags/v1 peeled:\(other)", "unborn HEAD")
        )
        #expect(references.map(\.name) == ["HEAD", "refs/tags/v1"])
        #expect(references.map(\.commit) == [hash, other])
        #expect(references.map(\.target) == ["refs/heads/main", nil])
    }

    @Test func whatIsNotWholeIsRefused() {
        #expect(throws: GitLineError.self) { try GitProtocol.references(Array(packets("\(hash) HEAD").dropLast(4))) }
        #expect(throws: GitLineError.self) { try GitProtocol.references([]) }
        #expect(throws: GitLineError.self) { try GitProtocol.references(packets("abc HEAD")) }
        #expect(throws: GitLineError.self) { try GitProtocol.references(packets("\(hash)")) }
        #expect(throws: GitLineError(description: "it says 'access denied?[0m'.")) {
            try GitProtocol.references(packets("ERR access denied\u{1B}[0m"))
        }
    }
}
