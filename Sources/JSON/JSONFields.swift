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

/// Takes the members of an object one by one; an object with others than those named is refused first, so that a
/// misspelt name is told as such and not as a missing field.
public struct JSONFields {
    private let members: [JSONValue.Member]

    /// The fields of an object that may have these names; anything else is refused.
    public init(_ value: JSONValue, named names: [String]) throws(JSONFieldError) {
        guard let members = value.members else {
            throw JSONFieldError(field: "", message: "the body must be a JSON object, not \(value.kind)")
        }
        if let unknown = members.first(where: { !names.contains($0.name) })?.name.prefix(64) {
            throw JSONFieldError(
                field: String(unknown), message: "there is no field '\(unknown)' here",
                hint: "the fields are: " + names.joined(separator: ", "))
        }
        self.members = members
    }

    /// A field that may be absent.
    public func value(_ name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }

    /// A string that may be absent; empty or longer than `maximum` bytes is refused.
    public func string(_ name: String, maximum: Int = 200) throws(JSONFieldError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else {
            throw .init(field: name, message: "'\(name)' must be a string, not \(value.kind)")
        }
        guard text.utf8.contains(where: { $0 > 0x20 }) else {
            throw .init(field: name, message: "'\(name)' is empty")
        }
        guard text.utf8.count <= maximum else {
            throw .init(field: name, message: "'\(name)' has more than \(maximum) bytes")
        }
        return text
    }

    /// A string that must be there.
    public func requiredString(_ name: String, maximum: Int = 200) throws(JSONFieldError) -> String {
        guard let text = try string(name, maximum: maximum) else {
            throw .init(field: name, message: "'\(name)' is missing")
        }
        return text
    }

    /// A truth value that may be absent.
    public func bool(_ name: String) throws(JSONFieldError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let truth = value.bool else {
            throw .init(field: name, message: "'\(name)' must be true or false, not \(value.kind)")
        }
        return truth
    }

    /// An array of strings that may be absent.
    public func strings(_ name: String, maximumCount: Int = 100) throws(JSONFieldError) -> [String]? {
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
}
