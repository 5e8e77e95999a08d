import Time

/// The words of a call, sorted into options and the rest.
struct ParsedArguments {
    private var given: [String: [String]] = [:]
    private(set) var operands: [String] = []
    private let options: [CommandOption]
    private let environment: [String: String]

    /// Sorts the words; what no option declares is refused, with the nearest name as advice.
    init(_ words: ArraySlice<String>, options: [CommandOption], environment: [String: String]) throws(UsageError) {
        self.options = options
        self.environment = environment
        var rest = words
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word != "--" else {
                guard !word.hasPrefix("-") || word == "-" || word == "--" else {
                    throw UsageError(
                        description: "there is no option '\(word)'; options are written in full, as in --help")
                }
                if word == "--" {
                    operands += rest
                    break
                }
                operands.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            let option = try Self.option(named: parts[0], among: options)
            guard option.placeholder != nil else {
                guard parts.count == 1 else { throw UsageError(description: "--\(option.name) takes no value") }
                given[option.name] = ["true"]
                continue
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw UsageError(
                    description: "--\(option.name) needs a value: --\(option.name) \(option.placeholder ?? "")")
            }
            guard option.repeats || given[option.name] == nil else {
                throw UsageError(description: "--\(option.name) stands twice")
            }
            given[option.name, default: []].append(value)
        }
    }

    /// The value of an option: of the flag, else of its variable.
    func value(_ name: String) -> String? {
        if let value = given[name]?.last { return value }
        guard let option = options.first(where: { $0.name == name }), option.hasVariable else { return nil }
        return environment[option.variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Every value of an option that may stand several times.
    func values(_ name: String) -> [String] {
        given[name] ?? []
    }

    /// Whether a switch is on.
    func isOn(_ name: String) -> Bool {
        value(name).map { $0 != "false" && $0 != "0" } ?? false
    }

    /// The operands, which must be as many as a command has names for.
    func named(_ names: String...) throws(UsageError) -> [String] {
        guard operands.count == names.count, !operands.contains("") else {
            throw UsageError(
                description: "this command takes \(names.joined(separator: " ")), and was given \(operands.count) words"
            )
        }
        return operands
    }

    /// The one operand of a command that can do without it.
    func atMost(_ name: String) throws(UsageError) -> String? {
        guard operands.count <= 1, operands != [""] else {
            throw UsageError(
                description: "this command takes \(name) or nothing, and was given \(operands.count) words")
        }
        return operands.first
    }

    /// The value of an option that must be there.
    func needed(_ name: String) throws(UsageError) -> String {
        guard let value = try text(name) else { throw UsageError(description: "--\(name) is missing") }
        return value
    }

    /// The value of an option that says something if it is there.
    func text(_ name: String) throws(UsageError) -> String? {
        let value = value(name)
        guard value?.allSatisfy(\.isWhitespace) != true else { throw UsageError(description: "--\(name) is empty") }
        return value
    }

    /// The value of an option that is a duration.
    func span(_ name: String) throws(UsageError) -> TimeSpan? {
        guard let text = value(name) else { return nil }
        do throws(TimeSpan.ParseError) {
            return try TimeSpan(parsing: text)
        } catch {
            throw UsageError(description: "--\(name): \(error.description)")
        }
    }

    /// The value of an option that is one of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default usual: Choice
    ) throws(UsageError) -> Choice where Choice.RawValue == String {
        guard let text = value(name) else { return usual }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map { String($0.rawValue) }.joined(separator: ", ")
            throw UsageError(description: "--\(name) is one of: \(known)")
        }
        return choice
    }

    /// The value of an option that is a whole number within bounds.
    func number(_ name: String, in range: ClosedRange<Int>, default usual: Int) throws(UsageError) -> Int {
        guard let text = value(name) else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(description: "--\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func option(named name: String, among options: [CommandOption]) throws(UsageError) -> CommandOption {
        if let option = options.first(where: { $0.name == name }) { return option }
        let nearest = options.min { distance(name, $0.name) < distance(name, $1.name) }
        let advice =
            nearest.flatMap { distance(name, $0.name) <= 3 ? "; did you mean --\($0.name)?" : nil } ?? "; see --help"
        throw UsageError(description: "there is no option --\(name)\(advice)")
    }

    /// Levenshtein's distance.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substitution = diagonal + (character == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
