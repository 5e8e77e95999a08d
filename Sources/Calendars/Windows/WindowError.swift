/// What is wrong with one field of a window.
public struct WindowError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The field's name, as a manifest writes it.
    public let field: String
    /// One sentence for a person.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    /// A finding about a field.
    public init(field: String, message: String, hint: String? = nil) {
        self.field = field
        self.message = message
        self.hint = hint
    }

    /// The finding and what to do about it, in one line.
    public var description: String {
        "\(field): \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
