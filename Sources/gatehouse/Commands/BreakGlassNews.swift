import HTTPClient
import JSON

/// Tells what becomes of the break-glass that a promotion was asked for with, each time that this is something else.
struct BreakGlassNews {
    private let project: String
    private let say: (String) -> Void
    private var document: JSONValue

    /// The news of a promotion's own; nothing if it has none.
    init?(of promotion: PromotionAnswer, in project: String, say: @escaping (String) -> Void) {
        guard let document = promotion.document["breakGlass"] else { return nil }
        (self.project, self.say, self.document) = (project, say, document)
    }

    /// Tells how it stands.
    func tell() { say(text) }

    /// Asks how it stands, while it can change. What cannot be asked now is asked the next time.
    mutating func look(by call: ServerCall, timeoutMilliseconds: Int) throws {
        guard ["requested", "approved"].contains(state) else { return }
        let path = ServerCall.path(["v1", "projects", project, "break-glass", id])
        guard case .answer(let answer) = try call.reply("GET", path, timeoutMilliseconds: timeoutMilliseconds) else {
            return
        }
        guard answer.status == 200 else { throw ServerCall.Refusal(answer) }
        let before = text
        document = try JSONValue(parsing: answer.body)
        if text != before { tell() }
    }

    private var id: String { document["id"]?.string ?? "" }
    private var state: String { document["state"]?.string ?? "" }

    private var text: String {
        let until = document["expiresAt"]?.string ?? ""
        let next =
            switch state {
            case "requested":
                "\(OverrideAnswer(document: document).missing ?? ""), and waits for another person's yes until \(until): "
                    + "gatehouse break-glass approve \(project) \(id)"
            case "approved": "can be used until \(until)"
            case "consumed": "waits for a review until \(document["reviewDueAt"]?.string ?? "")"
            default:
                [
                    document["endedBy"]?.string.map { "by \($0):" }, document["endedWhy"]?.string.map { $0 + ";" },
                    "the promotion waits on for its gates",
                ].compactMap(\.self).joined(separator: " ")
            }
        return "break-glass  \(id)  \(state)  \(next)"
    }
}
