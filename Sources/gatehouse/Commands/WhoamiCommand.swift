import JSON

extension Command {
    static let whoami = Command(
        name: "whoami", operands: "", summary: "Tells whose token this is, and what it may do.",
        options: ServerCall.options
    ) { arguments, terminal in
        guard let me = try ServerCall(arguments, terminal).send("GET", "/v1/whoami") else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(me.line)
            return 0
        }
        terminal.print("subject   \(me["subject"]?.string ?? "") (\(me["kind"]?.string ?? ""))")
        terminal.print("token     \(me["name"]?.string ?? "") (\(me["id"]?.string ?? ""))")
        terminal.print("roles     \(me.list("roles"))")
        terminal.print("projects  \(me.list("projects"))")
        terminal.print("stages    \(me.list("stages"))")
        terminal.print("expires   \(me["expiresAt"]?.string ?? "never")")
        return 0
    }
}
