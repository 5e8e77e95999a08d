import ICU

/// A name for a subject that has been checked and folded: two names that a reader takes for one another are one name.
public struct SubjectName: Hashable, Sendable {
    /// The name as it was written.
    public let written: String
    /// The name without differences of case and of Unicode form.
    public let folded: String
    /// What the name looks like: equal for names with confusable characters.
    public let skeleton: String

    /// What is wrong with a name.
    public struct Malformed: Error, CustomStringConvertible {
        /// One sentence for a person.
        public let description: String
    }

    /// Checks and folds a name.
    public init(_ written: String) throws(Malformed) {
        guard (1...200).contains(written.utf8.count) else { throw Malformed(description: "a name has 1 to 200 bytes") }
        guard written.first != " ", written.last != " ", !written.contains("  ") else {
            throw Malformed(description: "a name neither begins nor ends with a space, nor holds two in a row")
        }
        for scalar in written.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                throw Malformed(description: "a name holds only characters that can be seen")
            case .spaceSeparator where scalar != " ":
                throw Malformed(description: "the only space in a name is the plain one")
            default: break
            }
        }
        let name: FoldedName
        do throws(ICUError) {
            name = try NameFolding.fold(written)
        } catch {
            throw Malformed(description: "the name cannot be folded: \(error)")
        }
        // Some letters cannot be seen either.
        guard !name.folded.isEmpty else { throw Malformed(description: "a name holds something that can be seen") }
        self.written = written
        folded = name.folded
        skeleton = name.skeleton
    }
}
