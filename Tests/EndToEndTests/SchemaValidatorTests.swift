import JSON
import Testing

/// The tests' own judge is judged, too: what it does not find, no test finds.
@Suite struct SchemaValidatorTests {
    private let root: JSONValue = .object([
        .init("parts", .object([.init("name", .object([.init("type", .string("string"))]))]))
    ])

    private func findings(_ value: String, _ schema: String) throws -> [String] {
        let (value, schema) = (try JSONValue(parsing: Array(value.utf8)), try JSONValue(parsing: Array(schema.utf8)))
        return SchemaValidator(root: root).findings(value, by: schema)
    }

    @Test(arguments: [
        (#"1"#, #"{"type":"string"}"#), (#"1.5"#, #"{"type":"integer"}"#),
        (#"null"#, #"{"type":["string","integer"]}"#),
        (#""b""#, #"{"const":"a"}"#), (#""b""#, #"{"enum":["a"]}"#), (#""ab""#, #"{"pattern":"^a$"}"#),
        (#""a""#, #"{"minLength":2}"#), (#""abc""#, #"{"maxLength":2}"#), (#""x""#, #"{"format":"date-time"}"#),
        (#"1"#, #"{"minimum":2}"#), (#"3"#, #"{"maximum":2}"#), (#"[1]"#, #"{"items":{"type":"string"}}"#),
        (#"[]"#, #"{"minItems":1}"#), (#"[1,2]"#, #"{"maxItems":1}"#), (#"[1,1]"#, #"{"uniqueItems":true}"#),
        (#"{}"#, #"{"required":["a"]}"#), (#"{"a":1}"#, #"{"properties":{"a":{"type":"string"}}}"#),
        (#"{"b":1}"#, #"{"properties":{"a":{}},"additionalProperties":false}"#),
        (#"{"b":1}"#, #"{"additionalProperties":{"type":"string"}}"#), (#"1"#, #"{"allOf":[{"type":"string"}]}"#),
        (#"{"b":1}"#, #"{"allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false}"#),
        (#"1"#, ##"{"$ref":"#/parts/name"}"##), (#"1"#, ##"{"$ref":"#/parts/none"}"##), (#"1"#, #"false"#),
        (#"1"#, #"{"anyOf":[{}]}"#), (#""x""#, #"{"format":"ipv4"}"#), (#"{}"#, #"{"patternProperties":{}}"#),
    ])
    func whatIsWrongOrNotKnownIsFound(value: String, schema: String) throws {
        try #expect(!findings(value, schema).isEmpty)
    }

    @Test(arguments: [
        (#"1"#, #"{"type":"number","minimum":1,"maximum":1}"#),
        (#""a""#, ##"{"$ref":"#/parts/name","description":"x"}"##),
        (
            #"{"a":1,"b":2}"#,
            #"{"unevaluatedProperties":false,"allOf":[{"properties":{"a":{}}}],"properties":{"b":{}}}"#
        ),
        (#"["a","b"]"#, #"{"type":"array","items":{"type":"string"},"uniqueItems":true,"minItems":2,"maxItems":2}"#),
        (#""2026-11-20T15:00:00Z""#, #"{"format":"date-time","pattern":"Z$"}"#), (#"1"#, #"true"#),
    ])
    func whatIsRightPasses(value: String, schema: String) throws {
        try #expect(findings(value, schema).isEmpty)
    }

    @Test func anAnswerThatTheDescriptionDoesNotKnowIsFound() {
        let contract = Contract.checkedIn
        func findings(_ method: String, _ path: String, _ status: Int, _ type: String, _ body: String) -> [String] {
            contract.findings(
                method, path, Answer(status: status, headers: [("Content-Type", type)], body: Array(body.utf8)))
        }
        #expect(findings("GET", "/livez", 200, "application/json", #"{"status":"alive"}"#).isEmpty)
        #expect(!findings("GET", "/livez", 200, "application/json", #"{"status":"alive","more":1}"#).isEmpty)
        #expect(!findings("GET", "/livez", 200, "text/html", #"{"status":"alive"}"#).isEmpty)
        #expect(!findings("GET", "/livez", 418, "application/json", #"{"status":"alive"}"#).isEmpty)
        #expect(!findings("POST", "/livez", 200, "application/json", #"{"status":"alive"}"#).isEmpty)
        #expect(!findings("GET", "/elsewhere", 200, "application/json", "{}").isEmpty)
        #expect(!findings("DELETE", "/v1/tokens/x", 204, "application/json", "{}").isEmpty)
    }
}
