public import HTTPServer
public import JSON

/// What a server says in every answer, whatever it is asked: in a drill, that it is one; else nothing.
public struct Remarks: Sendable {
    /// Members of every JSON object, problems among them.
    public let members: [JSONValue.Member]
    /// Headers of every answer.
    public let headers: [Header]

    init(isDrill: Bool) {
        members = isDrill ? [.init("drill", .bool(true))] : []
        headers = isDrill ? [Header("Gatehouse-Drill", "true")] : []
    }

    /// An endpoint's answer with the members. The server adds the headers, and the members of problems.
    func added(to answer: Response) -> Response {
        guard !members.isEmpty, answer.headers.contains(Self.json), case .bytes(let object) = answer.body else {
            return answer
        }
        var answer = answer
        answer.body = .bytes(JSONWriter.object(object, with: members))
        return answer
    }

    /// A JSON object that is sent as it is, with everything: to prepared answers the server adds nothing.
    ///
    /// `prefix` begins the members' names where the object's form is not ours to choose.
    func prepared(_ object: [UInt8], prefix: String) throws(ServerError) -> PreparedResponse {
        let members = members.map { JSONValue.Member(prefix + $0.name, $0.value) }
        let body = members.isEmpty ? object : JSONWriter.object(object, with: members)
        guard let answer = PreparedResponse(headers: [Self.json] + headers, body: body) else {
            throw ServerError("there is no memory for an answer of \(body.count) bytes")
        }
        return answer
    }

    private static let json = Header("Content-Type", "application/json")
}
