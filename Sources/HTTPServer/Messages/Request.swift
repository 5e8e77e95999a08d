public import JSON
public import Time

/// A request that has arrived whole and found its route.
public final class Request: Sendable {
    /// How it was asked; HEAD counts as GET.
    public let method: Method
    /// The path and query as they were sent.
    public let path: String
    /// The headers.
    public let headers: Headers
    /// Who sent it: the address of the client, or of the one that a trusted proxy names.
    public let clientAddress: String
    /// What this request is called in answers and logs.
    public let id: String
    /// The body.
    public let body: [UInt8]
    /// When it had arrived: what is judged at once is judged by this.
    public let receivedAt: MonotonicTime
    let pathParameters: [PathParameter]
    let query: [QueryItem]

    init(
        method: Method, path: String, headers: Headers, clientAddress: String, id: String, body: [UInt8],
        receivedAt: MonotonicTime, pathParameters: [PathParameter], query: [QueryItem]
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.clientAddress = clientAddress
        self.id = id
        self.body = body
        self.receivedAt = receivedAt
        self.pathParameters = pathParameters
        self.query = query
    }

    /// The decoded value of `{name}` in the route's pattern.
    public func pathParameter(_ name: String) -> String {
        pathParameters.first { $0.name == name }?.value ?? ""
    }

    /// What the path and query say, part by part: the same for every way to write one target, and for no other.
    public func decodedTarget() throws(Problem) -> [String] {
        try RequestTarget(path).parts
    }

    /// The value of a parameter of the query that may be absent; twice is refused.
    public func queryValue(_ name: String) throws(Problem) -> String? {
        var value: String?
        for index in query.indices where query[index].name == name {
            guard value == nil else { throw Problem(.badField, "'\(name)' stands twice in the query", field: name) }
            value = query[index].value
        }
        return value
    }

    /// Refuses a parameter of the query that the route does not have.
    public func allowQuery(_ names: String...) throws(Problem) {
        try allowQuery(in: names)
    }

    /// Refuses a parameter of the query that is none of these.
    public func allowQuery(in names: [String]) throws(Problem) {
        guard let unknown = query.first(where: { !names.contains($0.name) }) else { return }
        let known = names.isEmpty ? "this path takes none" : "this path takes: " + names.joined(separator: ", ")
        throw Problem(
            .badField, "there is no parameter '\(unknown.name.prefix(64))' here",
            field: String(unknown.name.prefix(64)), hint: known)
    }

    /// Refuses a body that is said to be of none of these types, the first of which is the usual one.
    public func requireBody(of types: [String]) throws(Problem) {
        let type = headers["content-type"]?.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() }
        guard let type, types.contains(type) else {
            throw Problem(
                .badMediaType,
                type.map { "the body is said to be '\($0.prefix(64))'" } ?? "the body has no Content-Type",
                field: "Content-Type", hint: types.first.map { "send -H 'Content-Type: \($0)'" })
        }
    }

    /// The body as JSON.
    public func json() throws(Problem) -> JSONValue {
        try requireBody(of: ["application/json"])
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw Problem(.badJSON, error.description)
        }
    }

    /// Reads the fields of the body's object, which may have these names and no others. No body at all is an object
    /// without fields: what is missing is then told, and where nothing has to be said, nothing has to be sent.
    public func fields<Result>(
        _ names: String..., read: (JSONFields) throws(JSONFieldError) -> Result
    ) throws(Problem) -> Result {
        let body = body.isEmpty && headers["content-type"] == nil ? JSONValue.object([]) : try json()
        do throws(JSONFieldError) {
            return try read(JSONFields(body, named: names))
        } catch {
            throw Problem(.badField, error.message, field: error.field.isEmpty ? nil : error.field, hint: error.hint)
        }
    }
}
