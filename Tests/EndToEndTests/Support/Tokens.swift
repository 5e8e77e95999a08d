import JSON
import Testing

/// What `POST /v1/tokens` is asked for.
func newToken(
    _ name: String, kind: String = "person", roles: [String] = ["viewer"], _ more: [String: JSONValue] = [:]
) -> JSONValue {
    let members: [JSONValue.Member] = [
        .init("name", .string(name)), .init("kind", .string(kind)), .init("roles", .texts(roles)),
    ]
    return .object(members + more.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
}

extension JSONValue {
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    /// The strings of a member that is an array.
    func strings(_ name: String) -> [String]? { self[name]?.array?.compactMap(\.string) }
}

extension Client {
    /// Makes a token and returns a client that sends it, with its id.
    nonisolated(nonsending) func makeToken(
        _ name: String, kind: String = "person", roles: [String] = ["viewer"], _ more: [String: JSONValue] = [:],
        location: SourceLocation = #_sourceLocation
    ) async throws -> (client: Client, id: String) {
        let answer = try await post("/v1/tokens", newToken(name, kind: kind, roles: roles, more), location: location)
        #expect(answer.status == 201, "\(answer.text)", sourceLocation: location)
        let id = try #require(answer.json?["id"]?.string, sourceLocation: location)
        return (with(try #require(answer.json?["value"]?.string, sourceLocation: location)), id)
    }
}
