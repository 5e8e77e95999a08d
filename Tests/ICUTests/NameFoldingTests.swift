import ICU
import Testing

@Suite("Comparing names")
struct NameFoldingTests {
    @Test(
        "names that a person would type alike have one folded form",
        arguments: [
            ("anna", "ANNA"), ("anna", "Anna"),
            ("caf\u{E9}", "cafe\u{301}"),
            ("\u{FB01}nance", "finance"),
            ("stra\u{DF}e", "STRASSE"),
            ("\u{FF41}nna", "anna"),
            ("an\u{200D}na", "anna"), ("an\u{AD}na", "anna"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ])
    func sameFold(left: String, right: String) throws {
        let left = try NameFolding.fold(left)
        let right = try NameFolding.fold(right)
        // Bytes, since a database compares bytes: Swift's == alone would take é and e with an accent for one.
        #expect(Array(left.folded.utf8) == Array(right.folded.utf8))
        #expect(Array(left.skeleton.utf8) == Array(right.skeleton.utf8))
    }

    @Test(
        "names that look alike have one skeleton, and folded forms of their own",
        arguments: [
            ("\u{430}nna", "anna"),
            ("\u{0391}nna", "\u{0410}nna"),
            ("pa\u{443}ments", "payments"),
            ("rn", "m"), ("1ogin", "login"), ("r0bot", "robot"), ("R0BOT", "Robot"),
        ])
    func sameSkeleton(left: String, right: String) throws {
        let left = try NameFolding.fold(left)
        let right = try NameFolding.fold(right)
        #expect(left.skeleton == right.skeleton)
        #expect(left.folded != right.folded)
    }

    @Test(
        "other names have neither in common",
        arguments: [("anna", "anne"), ("anna", "anna2"), ("anna", "an na"), ("resume", "r\u{E9}sum\u{E9}")])
    func different(left: String, right: String) throws {
        let left = try NameFolding.fold(left)
        let right = try NameFolding.fold(right)
        #expect(left.folded != right.folded)
        #expect(left.skeleton != right.skeleton)
    }

    @Test("a folded name is lower case text, and folds to itself")
    func folded() throws {
        let name = try NameFolding.fold("Anna O\u{2019}Neill")
        #expect(name.folded == "anna o\u{2019}neill")
        #expect(try NameFolding.fold(name.folded) == name)
    }

    @Test("nothing is left of an empty name, nor of one that nobody can see", arguments: ["", "\u{200B}\u{2060}"])
    func empty(name: String) throws {
        let folded = try NameFolding.fold(name)
        #expect(folded.folded.isEmpty && folded.skeleton.isEmpty)
    }
}
