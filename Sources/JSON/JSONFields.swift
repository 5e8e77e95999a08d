/// What is wrong with one field of a JSON object.
public struct JSONFieldError: Error, Equatable {
    /// The field's name.
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
}

/// Takes the members of an object one by one; what nobody took is refused by name at the end.
public struct JSONFields {
    private var members: [JSONValue.Member]
    private var asked: [String] = []

    /// The fields of an object; anything else is refused.
    public init(_ value: JSONValue) throws(JSONFieldError) {
        guard let members = value.members else {
            throw JSONFieldError(field: "", message: "the body must be a JSON object, not \(value.kind)")
        }
        self.members = members
    }

    /// Takes a field that may be absent.
    public mutating func value(_ name: String) -> JSONValue? {
        asked.append(name)
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        return members.remove(at: index).value
    }

    /// Takes a string that may be absent; empty or longer than `maximum` bytes is refused.
    public mutating func string(_ name: String, maximum: Int = 200) throws(JSONFieldError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else {
            throw .init(field: name, message: "'\(name)' must be a string, not \(value.kind)")
        }
        guard !text.isEmpty else { throw .init(field: name, message: "'\(name)' is empty") }
        guard text.utf8.count <= maximum else {
            throw .init(field: name, message: "'\(name)' has more than \(maximum) bytes")
        }
        return text
    }

    /// Takes a string that must be there.
    public mutating func requiredString(_ name: String, maximum: Int = 200) throws(JSONFieldError) -> String {
        guard let text = try string(name, maximum: maximum) else {
            throw .init(field: name, message: "'\(name)' is missing")
        }
        return text
    }

    /// Takes a truth value that may be absent.
    public mutating func bool(_ name: String) throws(JSONFieldError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let truth = value.bool else {
            throw .init(field: name, message: "'\(name)' must be true or false, not \(value.kind)")
        }
        return truth
    }

    /// Takes an array of strings that may be absent.
    public mutating func strings(_ name: String, maximumCount: Int = 100) throws(JSONFieldError) -> [String]? {
        guard let value = value(name) else { return nil }
        guard let elements = value.array else {
            throw .init(field: name, message: "'\(name)' must be an array, not \(value.kind)")
        }
        guard elements.count <= maximumCount else {
            throw .init(field: name, message: "'\(name)' has more than \(maximumCount) elements")
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string, !text.isEmpty, text.utf8.count <= 200 else {
                throw .init(field: name, message: "each element of '\(name)' must be a string of 1 to 200 bytes")
            }
            texts.append(text)
        }
        return texts
    }

    /// Refuses the first field that nobody asked for.
    public func finish() throws(JSONFieldError) {
        guard let unknown = members.first?.name else { return }
        throw .init(
            field: String(unknown.prefix(64)), message: "there is no field '\(unknown.prefix(64))' here",
            hint: "the fields are: " + asked.joined(separator: ", "))
    }
}
