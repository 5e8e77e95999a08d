import HTTPServer
import JSON
import Promotions
import Store
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
    let retryOf: String?
    /// The name that a deployer outside has for it.
    let name: String?
    /// What is asked for besides, to let it past closed gates.
    let breakGlass: BreakGlassBody?

    /// What a deployer outside, which was let in, does under a name of its own.
    init(outside name: String, stage: String, freight: String) {
        self.stage = stage
        self.freight = freight
        self.name = name
        kind = .external
        justification = nil
        ticket = nil
        waitUntil = nil
        ifClosed = .refuse
        retryOf = nil
        breakGlass = nil
    }

    /// What is asked for in the place of a promotion that has not gone well.
    init(retrying row: PromotionStore.Row, because reason: String?) {
        stage = row.promotion.stage
        freight = row.promotion.freight.id
        kind = row.promotion.kind == .auto ? .person : row.promotion.kind
        justification = reason ?? row.justification
        ticket = row.ticket
        waitUntil = nil
        ifClosed = .wait
        retryOf = row.promotion.id
        name = nil
        breakGlass = nil
    }

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "stage", "freight", "kind", "reason", "ticket", "waitUntil", "ifClosed", "breakGlass",
            read: { fields throws(JSONFieldError) in try PromotionBody(fields) })
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        stage = try fields.requiredString("stage", maximum: 63)
        freight = try fields.requiredString("freight", maximum: 128)
        switch try fields.string("kind") {
        case nil, "person": kind = .person
        case "rollback": kind = .rollback
        case "external": kind = .external
        default: throw JSONFieldError(field: "kind", message: "'kind' is person, rollback or external")
        }
        justification = try fields.string("reason", maximum: 2_000)
        ticket = try fields.string("ticket")
        waitUntil = try fields.instant("waitUntil")
        let ifClosed = try fields.string("ifClosed")
        guard let known = PromotionRequest.IfClosed(rawValue: ifClosed ?? PromotionRequest.IfClosed.wait.rawValue)
        else { throw JSONFieldError(field: "ifClosed", message: "'ifClosed' is wait or refuse") }
        self.ifClosed = known
        if kind == .external, let field = waitUntil != nil ? "waitUntil" : ifClosed.map({ _ in "ifClosed" }) {
            throw JSONFieldError(
                field: field, message: "'\(field)' is for what Gatehouse promotes",
                hint: "a deployer outside never waits here: it is let in at once, or refused, and asks again")
        }
        retryOf = nil
        name = nil
        breakGlass = try fields.value("breakGlass").map { value throws(JSONFieldError) in try BreakGlassBody(value) }
        guard breakGlass == nil || kind != .external else {
            throw JSONFieldError(
                field: "breakGlass", message: "'breakGlass' is for what Gatehouse promotes",
                hint: "a deployer outside asks for it beforehand: POST …/stages/{stage}/break-glass")
        }
        guard breakGlass == nil || known == .wait else {
            throw JSONFieldError(
                field: "ifClosed", message: "'ifClosed' is wait where break-glass is asked for",
                hint: "others agree to it later: leave 'ifClosed' out, or ask first: POST …/stages/{stage}/break-glass")
        }
    }
}
