import JSON
import Testing

@Suite struct ReadingJSON {
    private func parse(_ text: String, limits: JSONLimits = .request) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    @Test func keepsOrderAndDigits() throws {
        let value = try parse(#" {"b": [1, -0.50e+3, true, null], "a": "é\n\u00e9\ud83d\ude00"} "#)
        #expect(
            value
                == .object([
                    .init("b", .array([.integer(1), .number("-0.50e+3"), .bool(true), .null])),
                    .init("a", .string("é\né😀")),
                ]))
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "1.",
        ".5", "+1",
        "1e", "tru", "nul", "NaN", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
        "\"\\u0000\"",
        "\"\n\"", "1 2", "[1]]", "{\"a\":1,\"a\":2}", "\u{FEFF}{}", "/**/1",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x00, 0x22],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: bytes) }
    }

    @Test func saysWhere() {
        let error = #expect(throws: JSONSyntaxError.self) { try parse("{\n \"a\": x}") }
        #expect(error?.description == "no JSON value begins like this at line 2, column 7")
    }

    @Test func isBoundedInDepthAndSize() throws {
        let deep = String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000)
        #expect(throws: JSONSyntaxError.self) { try parse(deep) }
        let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try parse(allowed) }
        #expect(throws: JSONSyntaxError.self) { try parse("[1,2,3]", limits: .init(depth: 2, values: 3)) }
    }

    /// Random mutations of a document are either read or refused, and what is read is written back the same.
    @Test func survivesMutation() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let original = Array(
            #"{"id":"ceaf","n":-12.5e3,"list":[1,2,{"x":null}],"text":"a\"b\\c\u00e9 é","t":true}"#.utf8)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0...random(3) { bytes[random(bytes.count)] = UInt8(random(256)) }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            read += 1
            var writer = JSONWriter()
            writer.value(value)
            #expect(try JSONValue(parsing: writer.bytes) == value, "seed \(seed)")
        }
        #expect(read > 0, "seed \(seed)")
    }
}

@Suite struct WritingJSON {
    @Test func escapesAndSeparates() {
        let bytes = JSONWriter.object { json in
            json.member("a", "quote \" slash \\ line \n bell \u{7} é")
            json.member("none", nil as String?)
            json.member("numbers", Int64.min)
            json.member("list", ["x", "y"])
            json.member("objects", [1, 2]) { element, json in json.member("n", Int64(element)) }
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"a":"quote \" slash \\ line \n bell \u0007 é","numbers":-9223372036854775808,"list":["x","y"],"objects":[{"n":1},{"n":2}]}"#
        )
    }

    @Test("every character, at every place of a string as long as three words, is escaped exactly where it must be")
    func escapesAtEveryPlace() {
        for length in 1...24 {
            for place in 0..<length {
                for scalar in (0..<0x100).compactMap(Unicode.Scalar.init) {
                    var scalars = Array(repeating: "a" as Unicode.Scalar, count: length)
                    scalars[place] = scalar
                    let text = String(String.UnicodeScalarView(scalars))
                    let written = JSONWriter.object { json in json.member("t", text) }
                    #expect(
                        String(decoding: written, as: UTF8.self) == #"{"t":""# + scalars.map(escaped).joined() + #""}"#)
                }
            }
        }
    }

    private func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": #"\""#
        case "\\": #"\\"#
        case "\n": #"\n"#
        case "\t": #"\t"#
        case ..<" ": #"\u00"# + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(scalar)
        }
    }

    @Test(arguments: [
        ("{}", #"{"a":true,"b":"x"}"#), (#"{"n":{}}"#, #"{"n":{},"a":true,"b":"x"}"#),
        ("{\n \"n\": \"}\"\n}\n", "{\n \"n\": \"}\"\n,\"a\":true,\"b\":\"x\"}"),
    ])
    func addsMembersToAnObjectWrittenBefore(written: String, expected: String) {
        let bytes = JSONWriter.object(
            Array(written.utf8), with: [.init("a", .bool(true)), .init("b", .string("x"))])
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}

@Suite struct TakingFields {
    @Test func refusesAnUnknownNameBeforeItMissesAnother() throws {
        let wrong = JSONFieldError(
            field: "nmae", message: "there is no field 'nmae' here", hint: "the fields are: name, kind")
        #expect(throws: wrong) { try JSONFields(.object([.init("nmae", .string("y"))]), named: ["name", "kind"]) }
    }

    @Test func namesTheMissingAndTheWrong() throws {
        let fields = try JSONFields(.object([.init("n", .integer(1))]), named: ["n", "m"])
        #expect(throws: JSONFieldError(field: "n", message: "'n' must be a string, not a number")) {
            try fields.string("n")
        }
        #expect(throws: JSONFieldError(field: "m", message: "'m' is missing")) { try fields.requiredString("m") }
    }
}
