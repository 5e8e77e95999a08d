import Glibc

/// The program. Exit codes: 0 done, 1 failed, 2 not understood.
@main enum Main {
    static func main() {
        // A peer that goes away is an error of one write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        let terminal = Terminal(environment: environment())
        exit(run(CommandLine.arguments.dropFirst(), terminal))
    }

    private static func run(_ words: ArraySlice<String>, _ terminal: Terminal) -> Int32 {
        do {
            let (command, rest) = try find(words)
            if rest.contains("--help") || rest.contains("-h") {
                terminal.print(command.help)
                return 0
            }
            let arguments = try ParsedArguments(rest, options: command.options, environment: terminal.environment)
            return try command.run(arguments, terminal)
        } catch let error as UsageError {
            terminal.complain("gatehouse: \(error.description)")
            return 2
        } catch {
            terminal.complain("gatehouse: \(error)")
            return 1
        }
    }

    /// The command with the longest name that the words begin with.
    private static func find(_ words: ArraySlice<String>) throws(UsageError) -> (Command, ArraySlice<String>) {
        guard let first = words.first, first != "--help", first != "-h" else { return (.help, []) }
        if first == "--version" { return (.version, []) }
        for command in (Command.all + Command.inner).sorted(by: { $0.name.count > $1.name.count }) {
            let name = command.name.split(separator: " ").map(String.init)
            if words.starts(with: name) { return (command, words.dropFirst(name.count)) }
        }
        let group = Command.group(first).map(\.name)
        throw UsageError(
            description: group.isEmpty
                ? "there is no command '\(first)'; 'gatehouse help' lists them"
                : "say which: gatehouse \(group.joined(separator: ", gatehouse "))")
    }

    /// The variables of this process.
    static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }
}
