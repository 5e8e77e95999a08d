import HTTPServer
import JSON
import Time

/// What disabling a Stage is asked for.
struct DisablingBody: Sendable {
    let reason: String
    let until: Instant?

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "reason", "until",
            read: { fields throws(JSONFieldError) in
                DisablingBody(
                    reason: try fields.requiredString("reason", maximum: 2_000), until: try fields.instant("until"))
            })
    }

    private init(reason: String, until: Instant?) {
        self.reason = reason
        self.until = until
    }
}
