import JSON

/// The checked-in description of the API, as something that answers can be held against.
struct Contract: Sendable {
    static let file = "Sources/API/OpenAPI/openapi.json"

    /// The one of this repository.
    static let checkedIn: Contract = {
        let bytes = RepositoryFile.bytes(file)
        return Contract(document: (try? JSONValue(parsing: bytes)) ?? .null)
    }()

    struct Operation: Sendable, Hashable {
        let method: String
        let path: String
    }

    let document: JSONValue

    var validator: SchemaValidator { SchemaValidator(root: document) }

    /// Every operation.
    var operations: [Operation] {
        (document["paths"]?.members ?? []).flatMap { path in
            (path.value.members ?? []).filter { $0.name != "parameters" }
                .map { Operation(method: $0.name.uppercased(), path: path.name) }
        }
    }

    func describes(_ operation: Operation) -> JSONValue? {
        document["paths"]?[operation.path]?[operation.method.lowercased()]
    }

    /// Whether an operation needs a token.
    func needsToken(_ operation: Operation) -> Bool {
        let security = describes(operation)?["security"] ?? document["security"]
        return security?.array?.isEmpty == false
    }

    /// What of an answer the description does not know.
    func findings(_ method: String, _ target: String, _ answer: Answer) -> [String] {
        let path = String(target.prefix { $0 != "?" })
        // A word stands before a name that could be anything.
        let matching = operations.filter { Self.matches(path, $0.path) }
        let exact = matching.filter { $0.path == path }
        let templates = exact.isEmpty ? matching : exact
        guard !templates.isEmpty else {
            return answer.status == 404
                ? problem(answer, "request.no_such_path") : ["\(path) is no path of the description"]
        }
        guard let operation = templates.first(where: { $0.method == (method == "HEAD" ? "GET" : method) }) else {
            return answer.status == 405 ? problem(answer, "request.bad_method") : ["\(path) has no \(method)"]
        }
        guard let response = describes(operation)?["responses"]?[String(answer.status)].flatMap(followed) else {
            return ["the status \(answer.status) is not described"]
        }
        let required =
            answer.status == 204
            ? [] : [response["description"] == nil ? "a description is missing" : nil].compactMap { $0 }
        return required + body(answer, response, isHead: method == "HEAD") + headers(answer, response)
    }

    private func body(_ answer: Answer, _ response: JSONValue, isHead: Bool) -> [String] {
        guard let content = response["content"] else {
            return answer.body.isEmpty ? [] : ["a body of \(answer.body.count) bytes is not described"]
        }
        let type = answer.header("content-type")?.prefix { $0 != ";" }.description ?? "none"
        guard let schema = content[type]?["schema"] else { return ["the type \(type) is not described"] }
        guard !isHead else { return [] }
        guard type.hasSuffix("/json") || type.hasSuffix("+json") else {
            return validator.findings(.string(String(decoding: answer.body, as: UTF8.self)), by: schema)
        }
        guard let json = answer.json else { return ["the body is no JSON"] }
        return validator.findings(json, by: schema)
    }

    private func headers(_ answer: Answer, _ response: JSONValue) -> [String] {
        (response["headers"]?.members ?? []).flatMap { member -> [String] in
            guard let value = answer.header(member.name), let schema = followed(member.value)?["schema"] else {
                return []
            }
            return validator.findings(.string(value), by: schema, at: member.name)
        }
    }

    /// Where no operation answers, the server itself does, with a problem.
    private func problem(_ answer: Answer, _ code: String) -> [String] {
        guard let json = answer.json, let schema = document["components"]?["schemas"]?["Problem"] else {
            return ["no problem"]
        }
        return validator.findings(json, by: schema) + (json["code"]?.string == code ? [] : ["the code is not \(code)"])
    }

    private func followed(_ value: JSONValue) -> JSONValue? {
        value["$ref"]?.string.map { validator.resolve($0) } ?? value
    }

    private static func matches(_ path: String, _ template: String) -> Bool {
        let (parts, pattern) = (path.split(separator: "/"), template.split(separator: "/"))
        return parts.count == pattern.count && zip(parts, pattern).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }
}
