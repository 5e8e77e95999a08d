import JSON

extension Command {
    static let freezeStart = Command(
        name: "freeze start", operands: "", summary: "Stops the line: everything, a project or a stage.",
        options: [
            CommandOption("reason", "TEXT", "Why.", hasVariable: false),
            CommandOption("project", "NAME", "The project; everything if none is said.", hasVariable: false),
            CommandOption("stage", "NAME", "The stage; all of the project if none is said.", hasVariable: false),
            CommandOption("until", "INSTANT", "When it ends by itself.", hasVariable: false),
            CommandOption("rollbacks", nil, "Lets rollbacks pass.", hasVariable: false),
            CommandOption("allow-break-glass", nil, "Lets break-glass pass that names it.", hasVariable: false),
            CommandOption(
                "abort-in-flight", nil, "Gives up what is at work there; without this it finishes.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        let reason = try arguments.needed("reason")
        let body = JSONWriter.object { json in
            json.name("scope")
            json.beginObject()
            json.member("project", arguments.value("project"))
            json.member("stage", arguments.value("stage"))
            json.endObject()
            json.member("reason", reason)
            json.member("until", arguments.value("until"))
            if arguments.isOn("rollbacks") { json.member("rollbacks", true) }
            if arguments.isOn("allow-break-glass") { json.member("allowBreakGlass", true) }
            if arguments.isOn("abort-in-flight") { json.member("abortInFlight", true) }
        }
        return try change("/v1/freezes", body, arguments, terminal)
    }

    static let freezeList = Command(
        name: "freeze list", operands: "", summary: "Lists the freezes.",
        options: [CommandOption("active", nil, "Only those that hold now.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        let path = ServerCall.path(["v1", "freezes"], [("active", arguments.isOn("active") ? "true" : nil)])
        try ServerCall(arguments, terminal).forEach("freezes", of: path) { freeze in
            terminal.print(arguments.isOn("json") ? freeze.line : line(freeze))
        }
        return 0
    }

    static let freezeEnd = Command(
        name: "freeze end", operands: "ID", summary: "Lets the line go on.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let id = try arguments.named("ID")[0]
        let reason = try arguments.needed("reason")
        let body = JSONWriter.object { json in json.member("reason", reason) }
        return try change(ServerCall.path(["v1", "freezes", id, "end"]), body, arguments, terminal)
    }

    private static func change(
        _ path: String, _ body: [UInt8], _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> Int32 {
        guard let freeze = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(freeze.line)
            return 0
        }
        terminal.print(([line(freeze)] + PromotionAnswer.inFlight(freeze)).joined(separator: "\n"))
        return 0
    }

    private static func line(_ freeze: JSONValue) -> String {
        let scope = ["project", "stage"].compactMap { freeze["scope"]?[$0]?.string }.joined(separator: "/")
        let words: [String?] = [
            freeze["id"]?.string, freeze["active"]?.bool == true ? "active" : "ended",
            scope.isEmpty ? "everything" : scope, freeze["startedBy"]?.string, freeze["startedAt"]?.string,
            freeze["until"]?.string.map { "until \($0)" }, freeze["reason"]?.string,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
