/// A flag of a command, and the variable that stands for it.
struct CommandOption: Sendable {
    /// Without the dashes: `listen`.
    let name: String
    /// What its value is called in the help; nothing for a switch.
    let placeholder: String?
    /// One sentence.
    let help: String
    /// Whether `GATEHOUSE_…` can say the same.
    let hasVariable: Bool
    /// Whether it may stand several times.
    let repeats: Bool

    init(_ name: String, _ placeholder: String? = nil, _ help: String, hasVariable: Bool = true, repeats: Bool = false)
    {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        self.hasVariable = hasVariable
        self.repeats = repeats
    }

    /// `--database` is also `GATEHOUSE_DATABASE`.
    var variable: String {
        "GATEHOUSE_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}

/// A call that cannot be understood; the program ends with 2.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
