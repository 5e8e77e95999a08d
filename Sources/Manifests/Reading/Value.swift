import JSON
import YAML

/// A value of a manifest or of a stored revision, and where it stands.
struct Value {
    private enum Source {
        case yaml(YAMLNode)
        case json(JSONValue)
    }

    let place: Place
    private let source: Source

    /// The root of a document.
    init(_ node: YAMLNode, file: String) {
        self.init(.yaml(node), Place(file: file, line: node.line, column: node.column, path: ""))
    }

    /// The root of a stored revision, which has no lines.
    init(stored document: JSONValue) {
        self.init(.json(document), Place(file: "revision", line: 1, column: 1, path: ""))
    }

    private init(_ source: Source, _ place: Place) {
        self.source = source
        self.place = place
    }

    /// What it means, if it is neither a list nor a mapping.
    var scalar: YAMLScalar? {
        switch source {
        case .yaml(let node): node.resolved
        case .json(.null): .null
        case .json(.bool(let truth)): .bool(truth)
        case .json(.integer(let number)): .int(number)
        case .json(.number(let text)): .float(text)
        case .json(.string(let text)): .string(text)
        case .json(.array), .json(.object): nil
        }
    }

    /// The text that a scalar was written as.
    var written: String {
        switch source {
        case .yaml(let node):
            if case .scalar(let text, _, _) = node.kind { text } else { "" }
        case .json(.bool(let truth)): truth ? "true" : "false"
        case .json(.integer(let number)): String(number)
        case .json(.number(let text)), .json(.string(let text)): text
        case .json(.null), .json(.array), .json(.object): ""
        }
    }

    /// Whether it is a list or a mapping.
    var hasParts: Bool { scalar == nil }

    /// The elements, if it is a list.
    var elements: [Value]? {
        switch source {
        case .yaml(let node):
            guard case .sequence(let nodes) = node.kind else { return nil }
            return nodes.enumerated().map { Value(.yaml($1), at($1, place.path + "[\($0)]")) }
        case .json(.array(let values)):
            return values.enumerated().map { Value(.json($1), at(nil, place.path + "[\($0)]")) }
        case .json: return nil
        }
    }

    /// The names of the fields with where they stand, and the fields, if it is a mapping.
    var members: [(name: String, key: Place, value: Value)]? {
        switch source {
        case .yaml(let node):
            guard case .mapping(let entries) = node.kind else { return nil }
            return entries.map { key, value in
                let name = Value(key, file: place.file).written
                let path = place.field(plain(name)).path
                return (name, at(key, path), Value(.yaml(value), at(value, path)))
            }
        case .json(.object(let entries)):
            return entries.map { entry in
                let place = place.field(entry.name)
                return (entry.name, place, Value(.json(entry.value), place))
            }
        case .json: return nil
        }
    }

    /// The field of that name, if it is a mapping that has it.
    subscript(name: String) -> Value? {
        members?.first { $0.name == name }?.value
    }

    /// What it is, in a word for a person.
    var noun: String {
        switch scalar {
        case .null: "nothing"
        case .bool: "a truth value"
        case .int, .float: "a number"
        case .string: "a text"
        case nil: elements == nil ? "a mapping" : "a list"
        }
    }

    private func at(_ node: YAMLNode?, _ path: String) -> Place {
        Place(file: place.file, line: node?.line ?? place.line, column: node?.column ?? place.column, path: path)
    }
}
