import Testing
import YAML

@Suite("What a scalar means")
struct ScalarTests {
    @Test(
        "without quotes, what Kubernetes takes it for",
        arguments: [
            ("~", .null), ("null", .null), ("Null", .null), ("nULL", .string("nULL")),
            ("true", .bool(true)), ("yes", .bool(true)), ("On", .bool(true)), ("y", .bool(true)),
            ("FALSE", .bool(false)), ("no", .bool(false)), ("off", .bool(false)), ("N", .bool(false)),
            ("yES", .string("yES")), ("norway", .string("norway")),
            ("0", .int(0)), ("-1", .int(-1)), ("+12", .int(12)), ("1_000", .int(1000)),
            ("0644", .int(420)), ("0o644", .int(420)), ("0x1F", .int(31)), ("-0x1f", .int(-31)), ("0b101", .int(5)),
            ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", .float("9223372036854775808")), ("089", .float("089")),
            ("1.5", .float("1.5")), ("1.", .float("1.")), (".5", .float(".5")), ("-1e3", .float("-1e3")),
            ("1_0.5", .float("10.5")), ("6.02E+23", .float("6.02E+23")), (".inf", .float(".inf")),
            ("-.Inf", .float("-.Inf")), (".nan", .float(".nan")),
            (".", .string(".")), ("+-5", .string("+-5")), ("0x", .string("0x")),
            ("0x-5", .string("0x-5")), ("1e", .string("1e")), ("1e+", .string("1e+")), ("1.2.3", .string("1.2.3")),
            ("_1", .string("_1")), ("2025-01-31", .string("2025-01-31")), ("12:30", .string("12:30")),
            ("1٢", .string("1٢")), ("v1", .string("v1")),
        ] as [(String, YAMLScalar)])
    func plain(text: String, expected: YAMLScalar) throws {
        #expect(try resolved("a: \(text)") == expected)
    }

    @Test("no text at all is null, and empty quotes are a string")
    func empty() throws {
        #expect(try resolved("a:") == .null)
        #expect(try resolved("a: ''") == .string(""))
    }

    @Test(
        "in quotes or as a block, a string",
        arguments: [("'yes'", "yes"), ("\"1\"", "1"), ("|-\n  null", "null"), (">-\n  1.5", "1.5")])
    func quoted(text: String, expected: String) throws {
        #expect(try resolved("a: \(text)") == .string(expected))
    }

    @Test(
        "with a tag, what the tag says if the text fits it",
        arguments: [
            ("!!str 1", .string("1")), ("! yes", .string("yes")), ("!!int '7'", .int(7)), ("!!bool 'on'", .bool(true)),
            ("!!float 1_0", .float("10")), ("!!null ''", .null), ("!!int seven", .string("seven")),
            ("!Custom 1", .string("1")),
        ] as [(String, YAMLScalar)])
    func tagged(text: String, expected: YAMLScalar) throws {
        #expect(try resolved("a: \(text)") == expected)
    }

    @Test("a list or a mapping is no scalar", arguments: ["[]", "{}"])
    func collections(text: String) throws {
        #expect(try YAMLDocument.parse(text)[0].resolved == nil)
    }

    private func resolved(_ text: String) throws -> YAMLScalar? {
        guard case .mapping(let entries) = try YAMLDocument.parse(text)[0].kind else { return nil }
        return entries.first?.value.resolved
    }
}
