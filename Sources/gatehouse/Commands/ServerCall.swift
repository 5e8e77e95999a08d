import Glibc
import HTTPClient
import JSON

/// A call of a command to a running server.
struct ServerCall {
    /// The options that every such command has.
    static let options: [CommandOption] = [
        CommandOption("server", "URL", "The server; http://127.0.0.1:8080 if nothing is said."),
        CommandOption("token-file", "FILE", "A file that holds the token; else GATEHOUSE_TOKEN holds it."),
        CommandOption("ca-file", "FILE", "Trusts the certificates in this file instead of the system's."),
        CommandOption("json", nil, "Prints the server's answer as it is.", hasVariable: false),
    ]

    private let server: String
    private let token: String
    private let client: HTTPClient

    init(_ arguments: ParsedArguments, _ terminal: Terminal) throws {
        var server = arguments.value("server") ?? "http://127.0.0.1:8080"
        while server.hasSuffix("/") { server.removeLast() }
        self.server = server
        token = try Self.token(arguments.value("token-file"), terminal.environment["GATEHOUSE_TOKEN"])
        client = HTTPClient(
            HTTPClientConfiguration(caFile: arguments.value("ca-file"), userAgent: "gatehouse/\(Program.version)"))
    }

    /// The token of the file, else of the variable.
    private static func token(_ file: String?, _ variable: String?) throws -> String {
        guard let text = try file.map({ path in try Files.readText(path, limit: 4_096) }) ?? variable else {
            throw UsageError(
                description:
                    "no token: set GATEHOUSE_TOKEN, or say --token-file FILE (the first one is in DATA/admin.token)")
        }
        guard let token = text.split(whereSeparator: \.isWhitespace).first else {
            throw UsageError(
                description: file.map { "\($0) is empty: write a token into it" }
                    ?? "GATEHOUSE_TOKEN is empty: set it to a token, or say --token-file FILE")
        }
        return String(token)
    }

    /// Sends a request and returns the answer's document; a problem is thrown in its own words.
    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json"
    ) throws -> JSONValue? {
        let answer = try bytes(method, path, body: body, type: type)
        guard !answer.isEmpty else { return nil }
        return try JSONValue(parsing: answer, limits: JSONLimits(depth: 64, values: 1_000_000))
    }

    /// Sends a request and returns the answer's bytes, whatever they are.
    func bytes(
        _ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json"
    ) throws -> [UInt8] {
        let answer = try answer(method, path, body: body, type: type)
        guard (200...299).contains(answer.status) else { throw Refusal(answer) }
        return answer.body
    }

    /// Sends a request and returns the answer, whatever it says.
    func answer(
        _ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json",
        timeoutMilliseconds: Int = 30_000, receive: (@Sendable ([UInt8]) -> Bool)? = nil
    ) throws -> HTTPClientResponse {
        var headers = [("Authorization", "Bearer \(token)"), ("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", type)) }
        return try client.sendBlocking(
            HTTPClientRequest(
                method: method, url: server + path, headers: headers, body: body,
                timeoutMilliseconds: timeoutMilliseconds, maximumBodyBytes: receive == nil ? 16 << 20 : .max,
                receive: receive))
    }

    /// Calls for each element of a list, page by page.
    func forEach(_ name: String, of path: String, _ body: (JSONValue) -> Void) throws {
        var cursor: String?
        let limited = path + (path.contains("?") ? "&" : "?") + "limit=500"
        repeat {
            let page = try send("GET", limited + (cursor.map { "&cursor=\($0)" } ?? ""))
            for element in page?[name]?.array ?? [] { body(element) }
            cursor = page?["next"]?.string
        } while cursor != nil
    }

    /// A path, with what of these parameters was said.
    static func path(_ parts: [String], _ query: [(name: String, value: String?)] = []) -> String {
        let pairs = query.compactMap { item in item.value.map { "\(item.name)=\(encoded($0))" } }
        return parts.map { "/" + encoded($0) }.joined() + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// The text with everything percent-encoded that may mean something in a path or query.
    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
            result += isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    /// The server said no.
    struct Refusal: Error, CustomStringConvertible {
        let description: String

        init(_ answer: HTTPClientResponse) {
            guard let problem = try? JSONValue(parsing: answer.body), let detail = problem["detail"]?.string else {
                description = "the server answered \(answer.status)"
                return
            }
            let location = answer.headers.first { $0.name.lowercased() == "location" }?.value
            let hint = problem.hintForTerminals(at: location).map { " (\($0))" } ?? ""
            let code = problem["code"]?.string.map { " [\($0)]" } ?? ""
            description = detail + hint + code
        }
    }
}

extension JSONValue {
    /// The document on one line.
    var line: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A member's strings, with commas.
    func list(_ name: String) -> String {
        self[name]?.array?.compactMap(\.string).joined(separator: ",") ?? "all"
    }
}
