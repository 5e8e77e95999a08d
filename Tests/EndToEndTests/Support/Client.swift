import HTTPClient
import JSON
import Testing

/// What a server answered.
struct Answer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue(parsing: body) }
    /// The stable code of a problem.
    var code: String? { json?["code"]?.string }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A client of one server. Everything that it is answered is held against the description of the API.
struct Client: Sendable {
    let url: String
    /// The token that it sends, if any.
    var token: String?
    var http = Client.plain

    static let plain = HTTPClient(HTTPClientConfiguration(userAgent: "gatehouse-tests"))

    /// The same client with another token.
    func with(_ token: String?) -> Client {
        Client(url: url, token: token, http: http)
    }

    nonisolated(nonsending) func get(_ path: String, location: SourceLocation = #_sourceLocation) async throws -> Answer
    {
        try await send("GET", path, location: location)
    }

    nonisolated(nonsending) func post(
        _ path: String, _ body: JSONValue, key: String? = nil, location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await send("POST", path, body, headers: key.map { [("Idempotency-Key", $0)] } ?? [], location: location)
    }

    nonisolated(nonsending) func delete(_ path: String, location: SourceLocation = #_sourceLocation) async throws
        -> Answer
    {
        try await send("DELETE", path, location: location)
    }

    nonisolated(nonsending) func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, headers: [(name: String, value: String)] = [],
        location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        var writer = JSONWriter()
        if let body { writer.value(body) }
        let type = body.map { _ in [("Content-Type", "application/json")] } ?? []
        return try await send(
            method, path, bytes: body.map { _ in writer.bytes }, headers: headers + type, location: location)
    }

    nonisolated(nonsending) func send(
        _ method: String, _ path: String, bytes: [UInt8]?, headers: [(name: String, value: String)],
        location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        var headers = headers
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        let response = try await http.send(
            HTTPClientRequest(
                method: method, url: url + path, headers: headers, body: bytes, timeoutMilliseconds: 30_000,
                maximumBodyBytes: 4 << 20))
        let answer = Answer(status: response.status, headers: response.headers, body: response.body)
        for finding in Contract.checkedIn.findings(method, path, answer) {
            Issue.record("\(method) \(path) → \(answer.status): \(finding)\n\(answer.text)", sourceLocation: location)
        }
        return answer
    }
}
