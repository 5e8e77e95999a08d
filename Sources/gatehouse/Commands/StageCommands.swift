import JSON

extension Command {
    static let disable = Command(
        name: "disable", operands: "PROJECT STAGE",
        summary: "Lets a Stage take nothing in; those behind it look past it.",
        options: [
            CommandOption("reason", "TEXT", "Why.", hasVariable: false),
            CommandOption("until", "INSTANT", "When it is enabled by itself.", hasVariable: false),
            CommandOption(
                "abort-in-flight", nil, "Gives up what waits or is at work there; without this it stays.",
                hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let reason = try arguments.text("reason")
        let body = JSONWriter.object { json in
            json.member("reason", reason)
            json.member("until", arguments.value("until"))
            if arguments.isOn("abort-in-flight") { json.member("abortInFlight", true) }
        }
        return try change("disable", body, arguments, terminal)
    }

    static let enable = Command(
        name: "enable", operands: "PROJECT STAGE", summary: "Lets a Stage take Freight in again.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let reason = try arguments.text("reason")
        let body = JSONWriter.object { json in json.member("reason", reason) }
        return try change("enable", body, arguments, terminal)
    }

    static let hold = Command(
        name: "hold", operands: "PROJECT STAGE", summary: "Lets nothing go into a Stage by itself.",
        options: holdOptions
    ) { arguments, terminal in try change("hold", holdBody(arguments), arguments, terminal, holds) }

    static let resume = Command(
        name: "resume", operands: "PROJECT STAGE", summary: "Lets Freight go into a Stage by itself again.",
        options: holdOptions
    ) { arguments, terminal in try change("resume", holdBody(arguments), arguments, terminal, holds) }

    private static let holdOptions =
        [
            CommandOption("reason", "TEXT", "Why.", hasVariable: false),
            CommandOption(
                "warehouse", "NAME", "Only Freight of this Warehouse; needed where the Stage takes in that of several.",
                hasVariable: false),
        ] + ServerCall.options

    private static func holdBody(_ arguments: ParsedArguments) throws(UsageError) -> [UInt8] {
        let reason = try arguments.text("reason")
        return JSONWriter.object { json in
            json.member("warehouse", arguments.value("warehouse"))
            json.member("reason", reason)
        }
    }

    /// The holds that there are now, a line each.
    private static func holds(_ state: JSONValue) -> String {
        let stage = state["stage"]?.string ?? ""
        let lines = (state["holds"]?.array ?? []).map { hold in
            let words = ["warehouse", "by", "at", "reason"].compactMap { hold[$0]?.string }
            return ([stage, "held"] + words).joined(separator: "  ")
        }
        return lines.isEmpty ? "\(stage)  goes on" : lines.joined(separator: "\n")
    }

    private static func change(
        _ act: String, _ body: [UInt8], _ arguments: ParsedArguments, _ terminal: Terminal,
        _ text: (JSONValue) -> String = line
    ) throws -> Int32 {
        let names = try arguments.named("PROJECT", "STAGE")
        _ = try arguments.needed("reason")
        let path = ServerCall.path(["v1", "projects", names[0], "stages", names[1], act])
        guard let state = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? state.line : text(state))
        return 0
    }

    private static func line(_ state: JSONValue) -> String {
        let disabled = state["disabled"]
        let words: [String?] = [
            state["stage"]?.string, state["enabled"]?.bool == true ? "enabled" : "disabled", disabled?["by"]?.string,
            disabled?["until"]?.string.map { "until \($0)" }, disabled?["reason"]?.string,
        ]
        return ([words.compactMap(\.self).joined(separator: "  ")] + PromotionAnswer.inFlight(state))
            .joined(separator: "\n")
    }
}
