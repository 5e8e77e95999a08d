/// Why a text was refused, and where.
public struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Equatable, Sendable {
        /// It is no YAML; the text says what the parser met.
        case syntax(String)

        /// A line is indented with a tab.
        case tabIndents

        /// A byte does not belong to any UTF-8 character.
        case invalidUTF8

        /// A mapping has a key twice.
        case duplicateKey(String, firstLine: Int)

        /// A key is a list or a mapping.
        case keyNotScalar

        /// The key `<<`, which merges another mapping into this one.
        case mergeKey

        /// An alias stands for nothing.
        case unknownAnchor(String)

        /// An alias stands for a node that contains the alias.
        case recursiveAlias(String)

        /// More lists and mappings inside each other than the limit.
        case tooDeep(limit: Int)

        /// More nodes than the limit.
        case tooManyNodes(limit: Int)

        /// More documents than the limit.
        case tooManyDocuments(limit: Int)

        /// More `%TAG` lines than anyone needs.
        case tooManyTagDirectives(limit: Int)
    }

    /// What is wrong.
    public let reason: Reason

    /// The line of the fault, from 1.
    public let line: Int

    /// The column of the fault, from 1, counted in characters.
    public let column: Int

    /// The fault, for a person: where it is, what it is and what to do.
    public var description: String {
        "Line \(line), column \(column): \(message)"
    }

    /// The fault without its place: what it is and what to do.
    public var message: String { reason.sentence }

    init(_ reason: Reason, at position: Position) {
        self.reason = reason
        line = position.line
        column = position.column
    }
}

extension YAMLError.Reason {
    fileprivate var sentence: String {
        switch self {
        case .syntax(let problem):
            "this is not YAML (\(problem)); check the indentation, colons and quotes here and just above."
        case .tabIndents:
            "this line is indented with a tab; indent it with spaces."
        case .invalidUTF8:
            "a byte here is not UTF-8; save the file as UTF-8."
        case .duplicateKey(let key, let firstLine):
            "the key '\(key.prefix(60))' is already on line \(firstLine); remove one of the two."
        case .keyNotScalar:
            "a key is a list or a mapping; use a text as the key."
        case .mergeKey:
            "the merge key '<<' is not supported; write the merged keys out."
        case .unknownAnchor(let name):
            "the alias '*\(name.prefix(60))' has no anchor '&\(name.prefix(60))' before it in this document; "
                + "add one or write the value out."
        case .recursiveAlias(let name):
            "the alias '*\(name.prefix(60))' is inside the value it stands for; write the value out."
        case .tooDeep(let limit):
            "more than \(limit) lists and mappings are inside each other; flatten the document."
        case .tooManyNodes(let limit):
            "the text has more than \(limit) values, counting what its aliases stand for; split it or use fewer aliases."
        case .tooManyDocuments(let limit):
            "the text has more than \(limit) documents; split it into several files."
        case .tooManyTagDirectives(let limit):
            "the text has more than \(limit) %TAG lines; remove those that are not used."
        }
    }
}
