import HTTPServer
import JSON
import Promotions
import Time

/// What `POST …/promotions` is asked for.
struct PromotionBody: Sendable {
    let stage: String
    let freight: String
    let kind: Promotion.Kind
    let justification: String?
    let ticket: String?
    let waitUntil: Instant?
    let ifClosed: PromotionRequest.IfClosed

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "stage", "freight", "kind", "reason", "ticket", "waitUntil", "ifClosed",
            read: { fields throws(JSONFieldError) in try PromotionBody(fields) })
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        stage = try fields.requiredString("stage", maximum: 63)
        freight = try fields.requiredString("freight", maximum: 128)
        switch try fields.string("kind") {
        case nil, "person": kind = .person
        case "rollback": kind = .rollback
        default: throw JSONFieldError(field: "kind", message: "'kind' is person or rollback")
        }
        justification = try fields.string("reason", maximum: 2_000)
        ticket = try fields.string("ticket")
        waitUntil = try fields.instant("waitUntil")
        let ifClosed = try fields.string("ifClosed") ?? PromotionRequest.IfClosed.wait.rawValue
        guard let known = PromotionRequest.IfClosed(rawValue: ifClosed) else {
            throw JSONFieldError(field: "ifClosed", message: "'ifClosed' is wait or refuse")
        }
        self.ifClosed = known
    }
}
