import YAML

extension YAMLNode {
    /// The node in one line, to compare: `[a 'b' {c: d}]`, quoted scalars in quotes.
    var outline: String {
        switch kind {
        case .scalar(let text, let style, let tag):
            (tag.map { "<\($0)> " } ?? "") + (style == .plain ? text : "'\(text)'")
        case .sequence(let items):
            "[" + items.map(\.outline).joined(separator: " ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key.outline): \($0.value.outline)" }.joined(separator: ", ") + "}"
        }
    }

    /// This node and all inside it.
    var all: [YAMLNode] {
        switch kind {
        case .scalar: [self]
        case .sequence(let items): [self] + items.flatMap(\.all)
        case .mapping(let entries): [self] + entries.flatMap { $0.key.all + $0.value.all }
        }
    }

    /// How many lists and mappings are inside each other.
    var height: Int {
        switch kind {
        case .scalar: 0
        case .sequence(let items): 1 + (items.map(\.height).max() ?? 0)
        case .mapping(let entries): 1 + (entries.map(\.value.height).max() ?? 0)
        }
    }
}
