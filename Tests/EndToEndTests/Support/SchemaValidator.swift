import JSON
import Time

/// Compares documents with schemas: the part of JSON Schema 2020-12 that our description uses.
///
/// A keyword that it does not know is a finding: what is not checked must not look as if it were.
struct SchemaValidator {
    /// The document that `$ref` points into.
    let root: JSONValue

    private static let annotations: Set<String> = [
        "title", "description", "example", "examples", "default", "deprecated",
    ]

    /// What is wrong with a value, each with its place.
    func findings(_ value: JSONValue, by schema: JSONValue, at place: String = "$") -> [String] {
        var evaluated: Set<String> = []
        return findings(value, by: schema, at: place, &evaluated)
    }

    private func findings(
        _ value: JSONValue, by schema: JSONValue, at place: String, _ evaluated: inout Set<String>
    ) -> [String] {
        if case .bool(let allowed) = schema { return allowed ? [] : ["\(place): nothing is allowed here"] }
        guard let keywords = schema.members else { return ["\(place): the schema is \(schema.kind)"] }
        var found: [String] = []
        // What others leave unevaluated can only be judged after them.
        for keyword in keywords.sorted(by: { !$0.isLast && $1.isLast }) where !Self.annotations.contains(keyword.name) {
            found += apply(keyword, beside: schema, to: value, at: place, &evaluated)
        }
        return found
    }

    private func apply(
        _ keyword: JSONValue.Member, beside schema: JSONValue, to value: JSONValue, at place: String,
        _ evaluated: inout Set<String>
    ) -> [String] {
        switch keyword.name {
        case "$ref":
            guard let target = keyword.value.string.flatMap(resolve) else { return ["\(place): a $ref leads nowhere"] }
            return findings(value, by: target, at: place, &evaluated)
        case "allOf":
            return (keyword.value.array ?? []).flatMap { findings(value, by: $0, at: place, &evaluated) }
        case "type", "const", "enum": return general(keyword, value, at: place)
        case "minLength", "maxLength", "pattern", "format": return text(keyword, value, at: place)
        case "minimum", "maximum": return number(keyword, value, at: place)
        case "items", "minItems", "maxItems", "uniqueItems": return array(keyword, value, at: place)
        case "required", "properties", "additionalProperties", "unevaluatedProperties":
            return object(keyword, beside: schema, value, at: place, &evaluated)
        default: return ["\(place): the keyword '\(keyword.name)' is not known to this validator"]
        }
    }

    private func general(_ keyword: JSONValue.Member, _ value: JSONValue, at place: String) -> [String] {
        switch keyword.name {
        case "const": return value == keyword.value ? [] : ["\(place): is not the only value allowed"]
        case "enum":
            return keyword.value.array?.contains(value) == true ? [] : ["\(place): is none of the values allowed"]
        default:
            let types = keyword.value.string.map { [$0] } ?? keyword.value.array?.compactMap(\.string) ?? []
            return types.contains { Self.isType($0, value) } ? [] : ["\(place): is \(value.kind), not \(types)"]
        }
    }

    private func text(_ keyword: JSONValue.Member, _ value: JSONValue, at place: String) -> [String] {
        guard let text = value.string else { return [] }
        switch keyword.name {
        case "minLength":
            return keyword.value.integer.map { text.unicodeScalars.count >= $0 } == true ? [] : ["\(place): too short"]
        case "maxLength":
            return keyword.value.integer.map { text.unicodeScalars.count <= $0 } == true ? [] : ["\(place): too long"]
        case "pattern":
            guard let pattern = keyword.value.string, let regex = try? Regex(pattern) else {
                return ["\(place): the pattern cannot be read"]
            }
            return text.contains(regex) ? [] : ["\(place): '\(text)' does not match \(pattern)"]
        default:
            switch keyword.value.string {
            case "date-time": return (try? Instant(parsing: text)) != nil ? [] : ["\(place): '\(text)' is no date-time"]
            case "uri": return text.contains("://") && !text.contains(" ") ? [] : ["\(place): '\(text)' is no URI"]
            default: return ["\(place): the format is not known to this validator"]
            }
        }
    }

    private func number(_ keyword: JSONValue.Member, _ value: JSONValue, at place: String) -> [String] {
        guard let number = value.integer else {
            guard case .number = value else { return [] }
            return ["\(place): this validator compares whole numbers only"]
        }
        guard let bound = keyword.value.integer else { return ["\(place): the bound is no whole number"] }
        let isWithin = keyword.name == "minimum" ? number >= bound : number <= bound
        return isWithin ? [] : ["\(place): \(number) is beyond the \(keyword.name) \(bound)"]
    }

    private func array(_ keyword: JSONValue.Member, _ value: JSONValue, at place: String) -> [String] {
        guard let elements = value.array else { return [] }
        switch keyword.name {
        case "items":
            return elements.enumerated().flatMap { findings($1, by: keyword.value, at: "\(place)[\($0)]") }
        case "minItems":
            return keyword.value.integer.map { elements.count >= $0 } == true ? [] : ["\(place): too few elements"]
        case "maxItems":
            return keyword.value.integer.map { elements.count <= $0 } == true ? [] : ["\(place): too many elements"]
        default:
            let hasTwins = elements.indices.contains { elements[..<$0].contains(elements[$0]) }
            return hasTwins && keyword.value.bool == true ? ["\(place): an element stands twice"] : []
        }
    }

    private func object(
        _ keyword: JSONValue.Member, beside schema: JSONValue, _ value: JSONValue, at place: String,
        _ evaluated: inout Set<String>
    ) -> [String] {
        guard let members = value.members else { return [] }
        var found: [String] = []
        switch keyword.name {
        case "required":
            for name in keyword.value.array?.compactMap(\.string) ?? [] where value[name] == nil {
                found.append("\(place): '\(name)' is missing")
            }
        case "properties":
            for member in members {
                guard let schema = keyword.value[member.name] else { continue }
                evaluated.insert(member.name)
                found += findings(member.value, by: schema, at: "\(place).\(member.name)")
            }
        default:
            let isAdditional = keyword.name == "additionalProperties"
            for member in members {
                let isKnown = isAdditional ? schema["properties"]?[member.name] != nil : evaluated.contains(member.name)
                guard !isKnown else { continue }
                evaluated.insert(member.name)
                found += findings(member.value, by: keyword.value, at: "\(place).\(member.name)")
            }
        }
        return found
    }

    /// The part of the document that a pointer names.
    func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(root) { $0?[String($1)] }
    }

    private static func isType(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .number):
            true
        default: false
        }
    }
}

extension JSONValue.Member {
    fileprivate var isLast: Bool { name == "unevaluatedProperties" }
}
