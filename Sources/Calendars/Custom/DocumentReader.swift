import JSON
import Time

/// Takes the members of an object of a document; what is wrong with one is said with the way to it.
struct DocumentReader {
    let path: String
    private let fields: JSONFields

    /// The members of an object that may have these names.
    init(_ value: JSONValue, at path: String, named names: [String]) throws(CalendarError) {
        guard value.members != nil else {
            throw CalendarError(field: path.isEmpty ? nil : path, "this must be an object, not \(value.kind)")
        }
        self.path = path
        do { fields = try JSONFields(value, named: names) } catch { throw Self.located(error, path) }
    }

    /// The way to a member.
    func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// What is wrong with a member.
    func error(_ name: String, _ message: String, hint: String? = nil) -> CalendarError {
        CalendarError(field: path(name), message, hint: hint)
    }

    /// Whether a member is there.
    func has(_ name: String) -> Bool { fields.value(name) != nil }

    func string(_ name: String) throws(CalendarError) -> String? {
        do { return try fields.string(name) } catch { throw Self.located(error, path) }
    }

    func bool(_ name: String) throws(CalendarError) -> Bool {
        do { return try fields.bool(name) ?? false } catch { throw Self.located(error, path) }
    }

    func date(_ name: String) throws(CalendarError) -> CivilDate? {
        guard let text = try string(name) else { return nil }
        guard let date = CivilDate(parsing: text) else {
            throw error(name, "'\(text.prefix(32))' is no date", hint: "write YYYY-MM-DD")
        }
        return date
    }

    func instant(_ name: String) throws(CalendarError) -> Instant {
        let text = try required(name, string(name))
        do { return try Instant(parsing: text) } catch {
            throw self.error(name, error.description, hint: error.hint ?? "write for example 2026-11-27T14:30:00Z")
        }
    }

    func time(_ name: String) throws(CalendarError) -> TimeOfDay {
        let text = try required(name, string(name))
        guard let time = TimeOfDay(parsing: text) else {
            throw error(
                name, "'\(text.prefix(32))' is no time of the day", hint: "write hh:mm, as the market's clocks show it")
        }
        return time
    }

    /// A member that must be there.
    func required<Value>(_ name: String, _ value: Value?) throws(CalendarError) -> Value {
        guard let value else { throw error(name, "'\(name)' is missing") }
        return value
    }

    /// The elements of an array, each with the way to it; none where there is no array.
    func elements(_ name: String, atMost maximum: Int) throws(CalendarError) -> [(value: JSONValue, path: String)] {
        guard let value = fields.value(name) else { return [] }
        guard let elements = value.array else { throw error(name, "'\(name)' must be an array, not \(value.kind)") }
        guard elements.count <= maximum else { throw error(name, "'\(name)' has more than \(maximum) elements") }
        return elements.enumerated().map { ($1, "\(path(name))[\($0)]") }
    }

    private static func located(_ error: JSONFieldError, _ path: String) -> CalendarError {
        let field = path.isEmpty ? error.field : "\(path).\(error.field)"
        return CalendarError(field: field, error.message, hint: error.hint)
    }
}
