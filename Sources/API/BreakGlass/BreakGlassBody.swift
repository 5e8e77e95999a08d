import HTTPServer
import JSON
import Promotions
import Time

/// What somebody asks for who wants to pass gates in an emergency.
struct BreakGlassBody: Sendable {
    /// The Freight, where the promotion that it is asked for with does not name it.
    let freight: String?
    let promotion: String?
    let wish: OverrideRequest
    let justification: String
    let ticket: String?

    private static let common = ["justification", "ticket", "bypasses", "validFor", "coversUnknown"]

    /// The body of a request for break-glass alone.
    init(_ request: Request) throws(Problem) {
        let body = try request.json()
        do throws(JSONFieldError) {
            let fields = try JSONFields(body, named: ["freight", "promotion"] + Self.common)
            self = try BreakGlassBody(
                fields, freight: try fields.requiredString("freight", maximum: 128),
                promotion: try fields.string("promotion", maximum: 253))
        } catch {
            throw Problem(.badField, error.message, field: error.field.isEmpty ? nil : error.field, hint: error.hint)
        }
    }

    /// What is asked for together with a promotion, whose Freight and Stage it is for.
    init(_ value: JSONValue) throws(JSONFieldError) {
        do throws(JSONFieldError) {
            self = try BreakGlassBody(JSONFields(value, named: Self.common), freight: nil, promotion: nil)
        } catch {
            throw JSONFieldError(
                field: error.field.isEmpty ? "breakGlass" : "breakGlass." + error.field, message: error.message,
                hint: error.hint)
        }
    }

    private init(_ fields: JSONFields, freight: String?, promotion: String?) throws(JSONFieldError) {
        self.freight = freight
        self.promotion = promotion
        justification = try fields.requiredString("justification", maximum: 2_000)
        guard justification.contains(where: { !$0.isWhitespace }) else {
            throw JSONFieldError(field: "justification", message: "'justification' is blank: say why")
        }
        ticket = try fields.string("ticket")
        wish = OverrideRequest(
            bypasses: try fields.strings("bypasses"), validFor: try Self.span("validFor", fields),
            coversUnknown: try fields.bool("coversUnknown") ?? false)
    }

    private static func span(_ name: String, _ fields: JSONFields) throws(JSONFieldError) -> TimeSpan? {
        guard let text = try fields.string(name) else { return nil }
        let span: TimeSpan
        do throws(TimeSpan.ParseError) {
            span = try TimeSpan(parsing: text)
        } catch {
            throw JSONFieldError(field: name, message: "'\(name)': \(error.description)", hint: "write it like 45m")
        }
        guard span.microseconds > 0 else { throw JSONFieldError(field: name, message: "'\(name)' is no time at all") }
        return span
    }
}
