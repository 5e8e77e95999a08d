public import JSON

/// Why a request was not served, for a program (`code`) and for a person; RFC 9457.
public struct Problem: Error, Sendable {
    /// The kind of problem.
    public let code: ProblemCode
    /// What happened, in one sentence.
    public let detail: String
    /// The field, parameter or header concerned.
    public let field: String?
    /// What to do about it.
    public let hint: String?
    /// What else a program may want to know of it.
    public let members: [JSONValue.Member]
    /// Headers that belong to the answer, such as `Allow` or `Retry-After`.
    public let headers: [Header]

    /// A problem to answer with.
    public init(
        _ code: ProblemCode, _ detail: String, field: String? = nil, hint: String? = nil,
        members: [JSONValue.Member] = [], headers: [Header] = []
    ) {
        self.code = code
        self.detail = detail
        self.field = field
        self.hint = hint
        self.members = members
        self.headers = headers
    }

    /// The answer that tells of the problem; `remarks` are members that the server adds to every problem.
    func response(requestID: String?, remarks: [JSONValue.Member]) -> Response {
        let body = JSONWriter.object(capacity: 384) { json in
            json.member("type", code.type)
            json.member("title", code.title)
            json.member("status", Int64(code.status))
            json.member("code", code.text)
            json.member("detail", detail)
            json.member("field", field)
            json.member("hint", hint)
            json.member("requestId", requestID)
            for member in members + remarks {
                json.name(given: member.name)
                json.value(member.value)
            }
        }
        var response = Response(status: code.status, contentType: "application/problem+json", body: body)
        response.headers += headers
        return response
    }
}
