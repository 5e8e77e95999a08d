import Testing
import YAML

@Suite("Reading YAML")
struct DocumentTests {
    @Test(
        "a text becomes a tree",
        arguments: [
            ("a: 1\nb: [x, 'y', \"z\"]", "{a: 1, b: [x 'y' 'z']}"),
            ("- a\n- b: c\n  d:\n  - e", "[a {b: c, d: [e]}]"),
            ("a: |\n  one\n  two\n", "{a: 'one\ntwo\n'}"),
            ("a: >-\n  one\n  two\n", "{a: 'one two'}"),
            ("a: # comment\n", "{a: }"),
            ("!!str 1", "<tag:yaml.org,2002:str> 1"),
            ("!Secret x", "<!Secret> x"),
            ("\"a\\0b\\u00e9\"", "'a\u{0}bé'"),
            ("\u{FEFF}a: é", "{a: é}"),
            ("{}", "{}"),
        ])
    func tree(text: String, expected: String) throws {
        #expect(try YAMLDocument.parse(text).map(\.outline) == [expected])
    }

    @Test(
        "a text has as many documents as it says",
        arguments: [
            ("", []), ("# nothing", []), ("---", [""]), ("a\n---\nb", ["a", "b"]), ("---\n---\na\n...", ["", "a"]),
        ])
    func documents(text: String, expected: [String]) throws {
        #expect(try YAMLDocument.parse(text).map(\.outline) == expected)
    }

    @Test("an alias is replaced by what it stands for")
    func alias() throws {
        let text = "a: &x {n: 1}\nb: *x\n&k c: [&x 2, *x]\nd: {*k : e}"
        #expect(try YAMLDocument.parse(text)[0].outline == "{a: {n: 1}, b: {n: 1}, c: [2 2], d: {c: e}}")
    }

    @Test("an anchor used again inside itself stands for the inner node afterwards")
    func innerAnchor() throws {
        #expect(try YAMLDocument.parse("[&a [&a x, *a], *a]")[0].outline == "[[x x] x]")
    }

    @Test("every node knows where it starts")
    func positions() throws {
        let root = try YAMLDocument.parse("# first\né: &x [1,\n  'two']\nb: *x\n")[0]
        #expect(
            root.all.map { "\($0.line):\($0.column) \($0.outline)" } == [
                "2:1 {é: [1 'two'], b: [1 'two']}", "2:1 é", "2:4 [1 'two']", "2:8 1", "3:3 'two'",
                "4:1 b", "4:4 [1 'two']", "2:8 1", "3:3 'two'",
            ])
    }
}
