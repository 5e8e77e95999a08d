import ICU
import Testing

@Suite("The limits of names")
struct NameLimitsTests {
    @Test("a name may grow eighteenfold")
    func growth() throws {
        let name = String(repeating: "\u{FDFA}", count: NameFolding.maximumBytes / 3)
        let folded = try NameFolding.fold(name).folded
        #expect(folded.utf16.count == 18 * name.utf16.count)
    }

    @Test("a name up to the limit is folded, a longer one refused", arguments: ["a", "\u{E9}", "\u{1F600}"])
    func length(character: String) throws {
        let longest = String(repeating: character, count: NameFolding.maximumBytes / character.utf8.count)
        #expect(try NameFolding.fold(longest).folded == longest)
        #expect(throws: ICUError.nameTooLong(limit: 4096)) { try NameFolding.fold(longest + character) }
        #expect(throws: ICUError.nameTooLong(limit: 4096)) {
            try NameFolding.fold(String(repeating: character, count: 10_000_000))
        }
    }

    @Test("bytes that are no text fold like the replacement character they become")
    func invalid() throws {
        let name = String(decoding: [0x61, 0xFF, 0xED, 0xA0, 0x80], as: UTF8.self)
        #expect(try NameFolding.fold(name).folded.hasPrefix("a\u{FFFD}"))
    }

    @Test("many threads at once find the same forms")
    func threads() async throws {
        let expected = try NameFolding.fold("\u{410}NNA \u{FB01}")
        try await withThrowingTaskGroup(of: FoldedName.self) { group in
            for _ in 0..<500 { group.addTask { try NameFolding.fold("\u{410}NNA \u{FB01}") } }
            for try await folded in group { #expect(folded == expected) }
        }
    }

    @Test("the library tells its version and that of its time zones")
    func versions() throws {
        #expect(ICU.version.wholeMatch(of: /\d+\.\d+(\.\d+)*/) != nil)
        let tzdata = try #require(ICU.tzdataVersion())
        #expect(tzdata.wholeMatch(of: /20\d\d[a-z]/) != nil)
    }
}
