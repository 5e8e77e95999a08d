/// Something in a manifest that is wrong, or that somebody should know, and where it stands.
public struct ManifestFinding: Hashable, Sendable, CustomStringConvertible {
    /// The file's name, as it was given.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, counted in characters.
    public let column: Int
    /// The field, such as `spec.gates[0].market.closedIn[0].before`; empty where it is of the whole document.
    public let path: String
    /// What is found, in a sentence for a person.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    /// The finding in one line, as compilers write it.
    public var description: String {
        let field = path.isEmpty ? "" : path + ": "
        return "\(file):\(line):\(column): \(field)\(message)" + (hint.map { "; \($0)" } ?? "")
    }
}

/// Everything for which manifests were refused.
public struct ManifestErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// How many errors are told; what comes after them is only counted.
    public static let limit = 50

    /// The errors, in the order in which they were met.
    public let errors: [ManifestFinding]
    /// How many more there are.
    public let omitted: Int

    /// The errors, one a line.
    public var description: String {
        (errors.map(\.description) + (omitted > 0 ? ["and \(omitted) more"] : [])).joined(separator: "\n")
    }
}
