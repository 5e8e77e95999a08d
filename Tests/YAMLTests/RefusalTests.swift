import Testing
import YAML

@Suite("Refusing YAML")
struct RefusalTests {
    @Test(
        "what could be misread is refused, with its place",
        arguments: [
            ("a: 1\nb: 2\na: 3", .duplicateKey("a", firstLine: 1), 3, 1),
            ("x: {a: 1, 'a': 2}", .duplicateKey("a", firstLine: 1), 1, 11),
            ("1: a\n'1': b", .duplicateKey("1", firstLine: 1), 2, 1),
            ("&k a: 1\n*k : 2", .duplicateKey("a", firstLine: 1), 2, 1),
            ("? [a]\n: b", .keyNotScalar, 1, 3),
            ("a: &x {}\n*x : b", .keyNotScalar, 2, 1),
            ("a: &x {b: 1}\nc:\n  <<: *x", .mergeKey, 3, 3),
            ("a: *x", .unknownAnchor("x"), 1, 4),
            ("&x a\n---\n*x", .unknownAnchor("x"), 3, 1),
            ("&x [1, *x]", .recursiveAlias("x"), 1, 8),
            ("&x {a: {b: *x}}", .recursiveAlias("x"), 1, 12),
        ] as [(String, YAMLError.Reason, Int, Int)])
    func refused(text: String, reason: YAMLError.Reason, line: Int, column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse(text) }
        #expect(error.reason == reason)
        #expect("\(error.line):\(error.column)" == "\(line):\(column)")
    }

    @Test("a quoted << is a key like any other, as is one in another mapping")
    func allowed() throws {
        #expect(try YAMLDocument.parse("'<<': 1\nb: {c: {'<<': 2}}")[0].outline == "{'<<': 1, b: {c: {'<<': 2}}}")
    }

    @Test(
        "what is not YAML is refused where the parser stopped",
        arguments: [
            ("a: b: c", 1, 5), ("a: [\tb\t: }", 1, 10), ("[a", 2, 1), ("a: 'b", 1, 6), ("a: 1\n  b: 2", 2, 4),
            ("ab: \"\\q\"", 1, 6), ("a: 1\né\u{1}", 2, 2), ("a\n...\n%YAML 3.0\n---", 3, 1),
        ])
    func syntax(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse(text) }
        guard case .syntax(let problem) = error.reason else {
            Issue.record("refused for another reason: \(error)")
            return
        }
        #expect(!problem.isEmpty)
        #expect("\(error.line):\(error.column)" == "\(line):\(column)", "\(error)")
    }

    @Test(
        "a tab that indents is called a tab",
        arguments: [
            ("a:\n\t- b", 2, 1), ("a:\n  \tb: 1", 2, 3), ("a:\n  b: 1\n\tc: 2", 3, 1), ("a: b\r\n\tc: 2\r\n", 2, 1),
            ("\ta: 1", 1, 1), ("a: |\n\tb", 2, 1),
        ])
    func tab(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse(text) }
        #expect(error.reason == .tabIndents)
        #expect("\(error.line):\(error.column)" == "\(line):\(column)")
        #expect(error.message == "this line is indented with a tab; indent it with spaces.")
    }

    @Test("a tab between words is none that indents", arguments: ["a:\tb", "a: 1\t# b", "{a: 1,\n\tb: 2}"])
    func tabWithin(text: String) throws {
        _ = try YAMLDocument.parse(text)
    }

    @Test(
        "bytes that are not UTF-8 are refused where they are",
        arguments: [
            ([0xFF], 1, 1), (Array("a: é\nbé".utf8) + [0xC3], 2, 3), (Array("a: ".utf8) + [0xED, 0xA0, 0x80], 1, 4),
            ([0xFF, 0xFE, 0x61, 0x00], 1, 1),
        ] as [([UInt8], Int, Int)])
    func invalidUTF8(bytes: [UInt8], line: Int, column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse(bytes) }
        #expect(error.reason == .invalidUTF8)
        #expect("\(error.line):\(error.column)" == "\(line):\(column)")
    }

    @Test("an error tells a person where it is and what to do")
    func sentence() throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse("image: a\nimage: b") }
        #expect("\(error)" == "Line 2, column 1: the key 'image' is already on line 1; remove one of the two.")
        let merge = try #require(throws: YAMLError.self) { try YAMLDocument.parse("<<: 1") }
        #expect(
            "\(merge)" == "Line 1, column 1: the merge key '<<' is not supported; write the merged keys out.")
    }
}
