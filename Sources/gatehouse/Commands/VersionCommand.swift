import API

extension Command {
    static let version = Command(name: "version", operands: "", summary: "Tells the program's version.", options: []) {
        _, terminal in
        let libraries = Program.description.libraries.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        terminal.print("gatehouse \(Program.version) (\(libraries))")
        return 0
    }
}
