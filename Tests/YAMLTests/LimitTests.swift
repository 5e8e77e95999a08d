import Testing
import YAML

@Suite("The limits of YAML", .timeLimit(.minutes(1)))
struct LimitTests {
    @Test(
        "lists and mappings are inside each other up to the limit",
        arguments: [("[", "]"), ("{a: ", "}"), ("[{a: ", "}]")])
    func depth(opening: String, closing: String) throws {
        let levels = opening.hasPrefix("[{") ? 32 : 64
        func nested(_ count: Int) -> String {
            String(repeating: opening, count: count) + "x" + String(repeating: closing, count: count)
        }
        #expect(try YAMLDocument.parse(nested(levels))[0].height == 64)
        #expect(refusal(of: nested(levels + 1)) == .tooDeep(limit: 64))
        #expect(refusal(of: nested(100_000)) == .tooDeep(limit: 64))
    }

    @Test("an alias is as deep as what it stands for")
    func aliasDepth() throws {
        let limits = YAMLLimits(depth: 4)
        #expect(try YAMLDocument.parse("[&x [[]], [*x]]", limits: limits)[0].height == 4)
        #expect(refusal(of: "[&x [[]], [[*x]]]", limits: limits) == .tooDeep(limit: 4))
    }

    @Test("nodes count up to the limit, over all documents")
    func nodes() throws {
        let limits = YAMLLimits(nodes: 10)
        #expect(try YAMLDocument.parse("[1, 2]\n---\na: {b: c, d: e}", limits: limits).flatMap(\.all).count == 10)
        #expect(refusal(of: "[1, 2, 3]\n---\na: {b: c, d: e}", limits: limits) == .tooManyNodes(limit: 10))
    }

    @Test("an alias counts for all that it stands for")
    func aliasNodes() throws {
        let limits = YAMLLimits(nodes: 10)
        #expect(try YAMLDocument.parse("[&x [1, 2], *x, *x]", limits: limits)[0].all.count == 10)
        #expect(refusal(of: "[&x [1, 2], *x, *x, 3]", limits: limits) == .tooManyNodes(limit: 10))
    }

    @Test("nine aliases of nine aliases, and so on, are refused at once")
    func billionLaughs() throws {
        var text = "a0: &a0 lol\n"
        for level in 1...60 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(refusal(of: text) == .tooManyNodes(limit: 100_000))
    }

    @Test("a long text cannot be multiplied by aliases, nor a long tag by its prefix")
    func longTexts() throws {
        let long = String(repeating: "x", count: 1_000_000)
        let aliases = Array(repeating: "*a", count: 1000).joined(separator: ", ")
        let tags = Array(repeating: "!t!a b", count: 1000).joined(separator: ", ")
        #expect(try YAMLDocument.parse(long).count == 1)
        #expect(refusal(of: "[&a \(long), \(aliases)]") == .tooManyNodes(limit: 100_000))
        #expect(refusal(of: "%TAG !t! tag:\(long)\n---\n[\(tags)]") == .tooManyNodes(limit: 100_000))
    }

    @Test("documents count up to the limit")
    func documents() throws {
        func documents(_ count: Int) -> String { String(repeating: "---\na: 1\n", count: count) }
        #expect(try YAMLDocument.parse(documents(500)).count == 500)
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse(documents(501)) }
        #expect(error.reason == .tooManyDocuments(limit: 500))
        #expect(error.line == 1001)
    }

    @Test(
        "so many tag directives that comparing them takes seconds are refused at once",
        arguments: ["\n", "\r", "\u{85}"])
    func tagDirectives(lineBreak: String) throws {
        func directives(_ count: Int) -> String {
            (0..<count).map { "%TAG !t\($0)! a" + lineBreak }.joined() + "---" + lineBreak + "x"
        }
        #expect(try YAMLDocument.parse(directives(1000)).map(\.outline) == ["x"])
        #expect(refusal(of: directives(100_000)) == .tooManyTagDirectives(limit: 1000))
    }

    private func refusal(of text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError.Reason? {
        do {
            _ = try YAMLDocument.parse(text, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }
}
