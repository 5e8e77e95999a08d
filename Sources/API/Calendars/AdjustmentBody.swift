import Calendars
import HTTPServer
import JSON
import Time

/// What `POST /v1/calendars/{id}/adjustments` is asked for.
struct AdjustmentBody: Sendable {
    private let date: CivilDate
    private let kind: Adjustment.Kind
    private let at: TimeOfDay?
    private let until: TimeOfDay?
    private let reason: String
    private let source: String

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "date", "kind", "at", "until", "reason", "source",
            read: { fields throws(JSONFieldError) in try AdjustmentBody(fields) })
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        let date = try fields.requiredString("date")
        guard let day = CivilDate(parsing: date) else {
            throw JSONFieldError(field: "date", message: "'\(date.prefix(32))' is no date", hint: "write YYYY-MM-DD")
        }
        let kind = try fields.requiredString("kind")
        guard let known = Adjustment.Kind(rawValue: kind) else {
            throw JSONFieldError(
                field: "kind", message: "there is no kind '\(kind.prefix(32))'",
                hint: "the kinds are: " + Adjustment.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        (self.date, self.kind) = (day, known)
        at = try Self.time("at", fields)
        until = try Self.time("until", fields)
        reason = try fields.requiredString("reason", maximum: 2_000)
        source = try fields.requiredString("source", maximum: 2_000)
    }

    /// The adjustment under a name of its own.
    func adjustment(_ id: String) -> Adjustment {
        Adjustment(id: id, date: date, kind: kind, time: at, until: until, reason: reason, source: source)
    }

    private static func time(_ name: String, _ fields: JSONFields) throws(JSONFieldError) -> TimeOfDay? {
        guard let text = try fields.string(name) else { return nil }
        guard let time = TimeOfDay(parsing: text) else {
            throw JSONFieldError(
                field: name, message: "'\(text.prefix(32))' is no time of the day",
                hint: "write hh:mm, as the market's clocks show it")
        }
        return time
    }
}
