/// What is wrong with a calendar or an adjustment, and where it was said.
public struct CalendarError: Error, Equatable, CustomStringConvertible {
    /// The field, with the way to it, such as `sessions[3].open`; in a CSV file the column.
    public let field: String?
    /// The line of the text, from 1: in a CSV file, or where a JSON text ends to be one.
    public let line: Int?
    /// One sentence for a person.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    init(field: String? = nil, line: Int? = nil, _ message: String, hint: String? = nil) {
        self.field = field
        self.line = line
        self.message = message
        self.hint = hint
    }

    /// The sentence, with the place.
    public var description: String {
        let place = [line.map { "line \($0)" }, field].compactMap(\.self).joined(separator: ", ")
        return place.isEmpty ? message : "\(place): \(message)"
    }

    /// The same, of a field of that part of a document.
    func under(_ path: String) -> CalendarError {
        CalendarError(field: field.map { "\(path).\($0)" } ?? path, line: line, message, hint: hint)
    }
}
