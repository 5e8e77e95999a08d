import Identity
import Testing

@Suite struct SubjectNameTests {
    @Test(arguments: [
        ("anna", "ANNA"), ("Straße", "STRASSE"), ("café", "cafe\u{301}"),
        ("email:Anna@Shop.example", "EMAIL:anna@shop.EXAMPLE"),
    ])
    func theseAreOneName(left: String, right: String) throws {
        try #expect(SubjectName(left).folded == SubjectName(right).folded)
    }

    @Test(arguments: [("anna", "аnna"), ("paypal", "pаypаl"), ("r0bot", "ROBOT"), ("anna", "ɑnna")])
    func theseLookAlike(left: String, right: String) throws {
        let (left, right) = (try SubjectName(left), try SubjectName(right))
        #expect(left.folded != right.folded)
        #expect(left.skeleton == right.skeleton)
    }

    @Test(arguments: [("anna", "anne"), ("bot-1", "bot-2"), ("ci", "cd"), ("Müller", "Muller")])
    func theseAreDifferent(left: String, right: String) throws {
        let (left, right) = (try SubjectName(left), try SubjectName(right))
        #expect(left.folded != right.folded)
        #expect(left.skeleton != right.skeleton)
    }

    @Test(arguments: ["a", "Anna Müller", "deploy-bot@prod", "名前", String(repeating: "x", count: 200)])
    func theseAreNames(text: String) throws {
        try #expect(SubjectName(text).written == text)
    }

    @Test(arguments: [
        "", " anna", "anna ", "an  na", "an\tna", "an\nna", "a\u{0}b", "a\u{200B}b", "a\u{202E}b", "a\u{FEFF}b",
        "a\u{A0}b",
        "a\u{2028}b", "\u{E000}", "\u{3164}", "\u{115F}\u{FE0F}", String(repeating: "x", count: 201),
    ])
    func theseAreNone(text: String) {
        #expect(throws: SubjectName.Malformed.self) { try SubjectName(text) }
    }
}
