import JSON

extension Command {
    static let schedule = Command(
        name: "schedule", operands: "PROJECT STAGE", summary: "Tells when a stage can be entered, and when not.",
        options: [
            CommandOption("from", "INSTANT", "From when on; from now on if nothing is said.", hasVariable: false),
            CommandOption("to", "INSTANT", "Until when; 14 days if nothing is said.", hasVariable: false),
            CommandOption(
                "format", "json|csv|ics", "Prints the server's answer in this form; --json is the first of them.",
                hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "STAGE")
        let format = try arguments.choice("format", default: ScheduleFormat.json)
        guard format == .json || !arguments.isOn("json") else {
            throw UsageError(description: "--json and --format \(format.rawValue) are two forms: say one of them")
        }
        let path = ServerCall.path(
            ["v1", "projects", operands[0], "stages", operands[1], "schedule"],
            [("from", arguments.value("from")), ("to", arguments.value("to")), ("format", format.rawValue)])
        let call = try ServerCall(arguments, terminal)
        guard format == .json else {
            terminal.print(String(decoding: try call.bytes("GET", path).dropLast(), as: UTF8.self))
            return 0
        }
        guard let schedule = try call.send("GET", path) else { return 1 }
        guard !arguments.isOn("json"), arguments.value("format") == nil else {
            terminal.print(schedule.line)
            return 0
        }
        for stretch in schedule["intervals"]?.array ?? [] { terminal.print(line(stretch)) }
        return 0
    }

    private static func line(_ stretch: JSONValue) -> String {
        let end = stretch["end"]?.string ?? "without an end"
        return [stretch["start"]?.string, end, stretch["code"]?.string, stretch["reason"]?.string]
            .compactMap(\.self).joined(separator: "  ")
    }
}

/// The forms that a schedule comes in.
private enum ScheduleFormat: String, CaseIterable {
    case json, csv, ics
}
