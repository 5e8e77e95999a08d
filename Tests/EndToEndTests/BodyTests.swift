import JSON
import Testing

@Suite struct BodyTests {
    private nonisolated(nonsending) func post(_ bytes: [UInt8], type: String?) async throws -> Answer {
        var answer: Answer?
        try await SharedServer.use { server in
            answer = try await server.admin.send(
                "POST", "/v1/tokens", bytes: bytes, headers: type.map { [("Content-Type", $0)] } ?? [])
        }
        return try #require(answer)
    }

    @Test(arguments: [
        "", "{", "[]]", #"{"name":"a","name":"b"}"#, #"{"name":"a\u0000"}"#, "\u{FEFF}{}", "{} x", "{'name':1}",
        #"{"a":01}"#,
        String(repeating: "[", count: 70) + String(repeating: "]", count: 70),
    ])
    func whatIsNoJSONIsRefused(body: String) async throws {
        let answer = try await post(Array(body.utf8), type: "application/json")
        #expect(answer.status == 400)
        #expect(answer.code == "request.bad_json", "\(answer.text)")
    }

    @Test func bytesThatAreNoTextAreRefused() async throws {
        let answer = try await post(
            Array(#"{"name":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8), type: "application/json")
        #expect(answer.code == "request.bad_json")
    }

    @Test(arguments: ["[]", "1", "null", #""text""#])
    func whatIsNoObjectIsRefused(body: String) async throws {
        try await #expect(post(Array(body.utf8), type: "application/json").code == "request.bad_field")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", nil])
    func anotherTypeIsRefused(type: String?) async throws {
        let answer = try await post(Array("{}".utf8), type: type)
        #expect(answer.status == 415)
        #expect(answer.json?["field"]?.string == "Content-Type")
    }

    @Test func withoutABodyItIsToldWhatIsMissing() async throws {
        let answer = try await post([], type: nil)
        #expect(answer.status == 400)
        #expect(answer.json?["field"]?.string == "name")
    }

    @Test func aTypeMayHaveParameters() async throws {
        let answer = try await post(Array("{}".utf8), type: "Application/JSON; charset=utf-8")
        #expect(answer.json?["field"]?.string == "name")
    }

    @Test func aBodyBeyondItsBoundIsRefused() async throws {
        let answer = try await post(
            [UInt8](repeating: UInt8(ascii: " "), count: 64 * 1024 + 1), type: "application/json")
        #expect(answer.status == 413)
        #expect(answer.code == "request.too_large")
    }
}
