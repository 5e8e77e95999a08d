import HTTPServer
import JSON
import Time

/// What disabling a Stage is asked for.
struct DisablingBody: Sendable {
    let reason: String
    let until: Instant?
    /// Whether what is under way ends.
    let abortsInFlight: Bool

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "reason", "until", "abortInFlight",
            read: { fields throws(JSONFieldError) in try DisablingBody(fields) })
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        reason = try fields.requiredString("reason", maximum: 2_000)
        until = try fields.instant("until")
        abortsInFlight = try fields.bool("abortInFlight") ?? false
    }
}
