extension Command {
    static let help = Command(
        name: "help", operands: "[COMMAND]", summary: "Explains the program, or one command.", options: []
    ) { arguments, terminal in
        let name = arguments.operands.joined(separator: " ")
        guard !name.isEmpty else {
            terminal.print(overview)
            return 0
        }
        let group = Command.group(name)
        guard group.isEmpty else {
            terminal.print(lines(of: group) + "\n\n'gatehouse help COMMAND' explains one.")
            return 0
        }
        guard let command = Command.all.first(where: { $0.name == name }) else {
            throw UsageError(description: "there is no command '\(name)'; 'gatehouse help' lists them")
        }
        terminal.print(command.help)
        return 0
    }

    private static var overview: String {
        """
        Gatehouse decides whether a release may move to the next stage, and can prove afterwards what happened.

        Usage: gatehouse COMMAND [OPTION…]

        \(lines(of: Command.all))

        'gatehouse help COMMAND' explains one. Exit codes: 0 done, 1 failed, 2 not understood;
        of 'gate', 'promote' and 'retry' also 3 closed, 4 not known.
        """
    }

    /// A line for each command, with what it does.
    private static func lines(of commands: [Command]) -> String {
        let width = (commands.map(\.name.count).max() ?? 0) + 2
        return commands.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))\($0.summary)" }
            .joined(separator: "\n")
    }
}
