import HTTPServer
import Identity
import JSON
import Store
import Time

/// What `POST /v1/freezes` is asked for.
struct FreezeBody: Sendable {
    let project: String?
    let stage: String?
    let reason: String
    let until: Instant?
    let passesRollbacks: Bool
    let allowsBreakGlass: Bool
    /// Whether what is at work ends.
    let abortsInFlight: Bool

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "scope", "reason", "until", "rollbacks", "allowBreakGlass", "abortInFlight",
            read: { fields throws(JSONFieldError) in try FreezeBody(fields) })
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        guard let scope = fields.value("scope") else {
            throw JSONFieldError(
                field: "scope", message: "'scope' is missing",
                hint: "{\"project\": …, \"stage\": …}; {} stops everything")
        }
        let names: JSONFields
        do throws(JSONFieldError) {
            names = try JSONFields(scope, named: ["project", "stage"])
        } catch {
            throw JSONFieldError(
                field: error.field.isEmpty ? "scope" : "scope." + error.field,
                message: error.field.isEmpty ? "'scope' must be an object, not \(scope.kind)" : error.message,
                hint: error.hint)
        }
        project = try names.string("project")
        stage = try names.string("stage")
        guard stage == nil || project != nil else {
            throw JSONFieldError(
                field: "scope.stage", message: "a Stage belongs to a project", hint: "name the project, too")
        }
        reason = try fields.requiredString("reason", maximum: 2_000)
        until = try fields.instant("until")
        passesRollbacks = try fields.bool("rollbacks") ?? false
        allowsBreakGlass = try fields.bool("allowBreakGlass") ?? false
        abortsInFlight = try fields.bool("abortInFlight") ?? false
    }

    /// The freeze, under a name of its own.
    func draft(_ id: String) -> FreezeStore.Draft {
        FreezeStore.Draft(
            id: id, project: project, stage: stage, reason: reason, rollbacks: passesRollbacks,
            breakGlass: allowsBreakGlass, until: until)
    }
}
