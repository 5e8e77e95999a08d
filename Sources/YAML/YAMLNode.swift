/// A piece of a YAML document, and where it starts.
public struct YAMLNode: Sendable {
    /// How a scalar was written, which decides whether it may be something else than a string.
    public enum Style: Equatable, Sendable {
        /// Without quotes.
        case plain

        /// In single or double quotes, or as a block after `|` or `>`.
        case quoted
    }

    /// What a node is made of.
    public enum Kind: Sendable {
        /// A text, with its tag if it was given one: `!!str` is "tag:yaml.org,2002:str".
        case scalar(String, Style, tag: String?)

        /// A list.
        case sequence([YAMLNode])

        /// Keys and their values in the order written; the keys are scalars, and no two have the same text.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    /// What the node is made of; an alias is replaced by what it stands for.
    public let kind: Kind

    /// The line on which the node starts, from 1; an alias's node is where the alias is.
    public let line: Int

    /// The column in which the node starts, from 1, counted in characters.
    public let column: Int

    init(_ kind: Kind, at position: Position) {
        self.kind = kind
        line = position.line
        column = position.column
    }
}

/// A place in the text, both numbers from 1.
struct Position {
    let line: Int
    let column: Int
}
