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

/// Everything that is wrong with a window: one mistake does not hide another.
public struct WindowErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// The mistakes, as they were met; none where the only fault is a field whose text could not be read.
    public let errors: [WindowError]

    /// The mistakes, one a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension [WindowError] {
    /// What is read; nothing where that is a mistake, which is noted.
    @discardableResult
    mutating func noting<Value>(_ read: () throws(WindowError) -> Value) -> Value? {
        do throws(WindowError) {
            return try read()
        } catch {
            append(error)
            return nil
        }
    }
}
