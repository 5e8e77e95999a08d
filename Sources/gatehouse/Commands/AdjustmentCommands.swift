import JSON

extension Command {
    static let calendarAdjust = Command(
        name: "calendar adjust", operands: "ID", summary: "Asks for a change of one date of a calendar.",
        options: [
            CommandOption("date", "DATE", "The trade date.", hasVariable: false),
            CommandOption(
                "kind", "KIND", "closed, earlyClose, lateOpen or extraSession.", hasVariable: false),
            CommandOption("at", "hh:mm", "The new close or open, by the market's clocks.", hasVariable: false),
            CommandOption("until", "hh:mm", "The end of an extra session.", hasVariable: false),
            CommandOption("reason", "TEXT", "Why.", hasVariable: false),
            CommandOption("source", "TEXT", "Where it was published.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let id = try arguments.named("ID")[0]
        let (date, kind) = (try arguments.needed("date"), try arguments.needed("kind"))
        let (reason, source) = (try arguments.needed("reason"), try arguments.needed("source"))
        let body = JSONWriter.object { json in
            json.member("date", date)
            json.member("kind", kind)
            json.member("at", arguments.value("at"))
            json.member("until", arguments.value("until"))
            json.member("reason", reason)
            json.member("source", source)
        }
        return try change(["v1", "calendars", id, "adjustments"], body, arguments, terminal)
    }

    static let calendarAdjustments = Command(
        name: "calendar adjustments", operands: "ID", summary: "Lists what changes a calendar, and what would.",
        options: ServerCall.options
    ) { arguments, terminal in
        let id = try arguments.named("ID")[0]
        let path = ServerCall.path(["v1", "calendars", id, "adjustments"])
        try ServerCall(arguments, terminal).forEach("adjustments", of: path) { adjustment in
            terminal.print(arguments.isOn("json") ? adjustment.line : line(adjustment))
        }
        return 0
    }

    static let calendarApprove = Command(
        name: "calendar approve", operands: "ID ADJUSTMENT", summary: "Agrees to an adjustment that another asked for.",
        options: [CommandOption("note", "TEXT", "Why, for the audit.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("ID", "ADJUSTMENT")
        let body = JSONWriter.object { json in json.member("note", arguments.value("note")) }
        return try change(
            ["v1", "calendars", operands[0], "adjustments", operands[1], "approve"], body, arguments, terminal)
    }

    static let calendarWithdraw = Command(
        name: "calendar withdraw", operands: "ID ADJUSTMENT", summary: "Lets an adjustment count no more.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("ID", "ADJUSTMENT")
        let reason = try arguments.needed("reason")
        let body = JSONWriter.object { json in json.member("reason", reason) }
        return try change(
            ["v1", "calendars", operands[0], "adjustments", operands[1], "withdraw"], body, arguments, terminal)
    }

    private static func change(
        _ path: [String], _ body: [UInt8], _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> Int32 {
        let call = try ServerCall(arguments, terminal)
        guard let adjustment = try call.send("POST", ServerCall.path(path), body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? adjustment.line : line(adjustment))
        return 0
    }

    private static func line(_ adjustment: JSONValue) -> String {
        let given = adjustment["approvals"]?.array?.count ?? 0
        let words = ["id", "date", "kind", "at", "until", "state"].compactMap { adjustment[$0]?.string }
        return (words + ["\(given) of \(adjustment["approvalsRequired"]?.integer ?? 0) approvals"])
            .joined(separator: "  ")
    }
}
