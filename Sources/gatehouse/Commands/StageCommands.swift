import JSON

extension Command {
    static let disable = Command(
        name: "disable", operands: "PROJECT STAGE",
        summary: "Lets a Stage take nothing in; those behind it look past it.",
        options: [
            CommandOption("reason", "TEXT", "Why.", hasVariable: false),
            CommandOption("until", "INSTANT", "When it is enabled by itself.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let body = JSONWriter.object { json in
            json.member("reason", arguments.value("reason"))
            json.member("until", arguments.value("until"))
        }
        return try change("disable", body, arguments, terminal)
    }

    static let enable = Command(
        name: "enable", operands: "PROJECT STAGE", summary: "Lets a Stage take Freight in again.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let body = JSONWriter.object { json in json.member("reason", arguments.value("reason")) }
        return try change("enable", body, arguments, terminal)
    }

    private static func change(
        _ act: String, _ body: [UInt8], _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> Int32 {
        let names = try arguments.named("PROJECT", "STAGE")
        _ = try arguments.needed("reason")
        let path = ServerCall.path(["v1", "projects", names[0], "stages", names[1], act])
        guard let state = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? state.line : line(state))
        return 0
    }

    private static func line(_ state: JSONValue) -> String {
        let disabled = state["disabled"]
        let words: [String?] = [
            state["stage"]?.string, state["enabled"]?.bool == true ? "enabled" : "disabled", disabled?["by"]?.string,
            disabled?["until"]?.string.map { "until \($0)" }, disabled?["reason"]?.string,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
