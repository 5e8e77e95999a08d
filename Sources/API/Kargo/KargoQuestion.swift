import HTTPServer
import JSON
import Promotions

/// What a deployer outside asks of a promotion of its own.
struct KargoQuestion: Sendable {
    /// Where in its way the deployer is.
    enum Phase: String, CaseIterable, Sendable {
        /// It has done nothing.
        case before = "pre"
        /// It is about to do what cannot be undone.
        case beforeSync = "pre-sync"
    }

    let project: String
    let stage: String
    /// The name by which the deployer knows the promotion.
    let promotion: String
    let freight: String
    let phase: Phase
    /// Whom it says it acts for.
    let actor: String?
    /// Whether it wants to go back; whether that is so, the Stage's history tells.
    let wantsRollback: Bool
    /// What the body holds that means nothing here.
    let warnings: [String]

    private static let known = ["project", "stage", "promotion", "freight", "phase", "actor", "rollback"]

    init(_ request: Request) throws(Problem) {
        let body = try request.json()
        guard let members = body.members else {
            throw Problem(.badField, "the body must be an object, not \(body.kind)")
        }
        // Kargo's expressions leave nothing where there is nobody: that is as good as no field.
        let ours = members.filter { Self.known.contains($0.name) && $0.value != .null && $0.value != .string("") }
        do throws(JSONFieldError) {
            try self.init(
                JSONFields(.object(ours), named: Self.known),
                others: members.map(\.name).filter { !Self.known.contains($0) })
        } catch {
            throw Problem(.badField, error.message, field: error.field.isEmpty ? nil : error.field, hint: error.hint)
        }
    }

    private init(_ fields: JSONFields, others: [String]) throws(JSONFieldError) {
        project = try fields.requiredString("project", maximum: 63)
        stage = try fields.requiredString("stage", maximum: 63)
        promotion = try fields.requiredString("promotion", maximum: 253)
        freight = try fields.requiredString("freight", maximum: 128)
        let word = try fields.string("phase") ?? Phase.before.rawValue
        guard let phase = Phase(rawValue: word) else {
            throw JSONFieldError(
                field: "phase", message: "'phase' is pre or pre-sync",
                hint: "pre before anything is done, pre-sync before what cannot be undone")
        }
        self.phase = phase
        actor = try fields.string("actor")
        wantsRollback = try fields.bool("rollback") ?? false
        warnings = others.prefix(20).map { "'\($0.prefix(64))' means nothing here" }
    }
}
