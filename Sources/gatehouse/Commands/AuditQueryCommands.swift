import HTTPClient
import JSON

extension Command {
    static let auditQuery = Command(
        name: "audit query", operands: "", summary: "Shows what happened, the newest first.",
        options: filters.map { CommandOption($0, "TEXT", questions[$0] ?? "", hasVariable: false) } + [
            CommandOption("asc", nil, "Shows the oldest first.", hasVariable: false),
            CommandOption("limit", "NUMBER", "At most so many; all if nothing is said.", hasVariable: false),
            CommandOption("csv", nil, "Writes a table.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        guard !arguments.isOn("csv") || !arguments.isOn("json") else {
            throw UsageError(description: "--csv and --json exclude each other")
        }
        let query =
            filters.map { (name: $0, value: arguments.value($0)) } + [
                (name: "order", value: arguments.isOn("asc") ? "asc" : nil),
                (name: "limit", value: arguments.value("limit")),
                (name: "format", value: arguments.isOn("csv") ? "csv" : "ndjson"),
            ]
        let path = ServerCall.path(["v1", "audit"], query)
        guard !arguments.isOn("csv"), !arguments.isOn("json") else {
            return try stream(path, arguments, terminal) { terminal.print($0) }
        }
        return try stream(path, arguments, terminal) { line in
            guard let event = try? JSONValue(parsing: Array(line.utf8)) else { return }
            terminal.print(text(event))
        }
    }

    static let auditReport = Command(
        name: "audit report", operands: "", summary: "Tells of every change of a time: who wanted it, who agreed.",
        options: [
            CommandOption("quarter", "2026Q4", "A quarter of a year.", hasVariable: false),
            CommandOption("from", "INSTANT", "Or from this instant on.", hasVariable: false),
            CommandOption("to", "INSTANT", "Before this instant.", hasVariable: false),
            CommandOption("project", "NAME", "Only those of this project.", hasVariable: false),
            CommandOption("stage", "NAME", "Only those into this Stage of the project.", hasVariable: false),
            CommandOption("session", "NAME", "Only those while the exchange was in this session.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        let names = ["quarter", "from", "to", "project", "stage", "session"]
        let query = names.map { (name: $0, value: arguments.value($0)) }
        let format = (name: "format", value: Optional(arguments.isOn("json") ? "json" : "csv"))
        let path = ServerCall.path(["v1", "audit", "report"], query + [format])
        return try stream(path, arguments, terminal) { terminal.print($0) }
    }

    static let auditRecord = Command(
        name: "audit record", operands: "PROJECT PROMOTION",
        summary: "Prints all that is known of one promotion, as one document.", options: ServerCall.options
    ) { arguments, terminal in
        let names = try arguments.named("PROJECT", "PROMOTION")
        let path = ServerCall.path(["v1", "projects", names[0], "promotions", names[1], "record"])
        guard let record = try ServerCall(arguments, terminal).send("GET", path) else { return 1 }
        terminal.print(record.line)
        return 0
    }

    private static let filters = ["project", "stage", "freight", "promotion", "actor", "code", "from", "to", "q"]

    private static let questions = [
        "project": "Only what concerns this project.", "stage": "Only what concerns this Stage of the project.",
        "freight": "Only what concerns this Freight, by its ID.", "promotion": "Only what concerns this promotion.",
        "actor": "Only what this subject did.", "code": "Only events of this code; override.* means all that begin so.",
        "from": "Only from this instant on.", "to": "Only before this instant.",
        "q": "Only events in which this text stands.",
    ]

    /// Calls for each line of an answer of any size while it comes.
    private static func stream(
        _ path: String, _ arguments: ParsedArguments, _ terminal: Terminal, _ line: @escaping @Sendable (String) -> Void
    ) throws -> Int32 {
        let lines = LineBreaker(line)
        let answer = try ServerCall(arguments, terminal).answer(
            "GET", path, timeoutMilliseconds: 3_600_000,
            receive: { piece in
                lines.take(piece)
                return true
            })
        guard (200...299).contains(answer.status) else {
            throw ServerCall.Refusal(answer)
        }
        lines.finish()
        return 0
    }

    private static func text(_ event: JSONValue) -> String {
        let place = ["project", "stage"].compactMap { event[$0]?.string }.joined(separator: "/")
        let words: [String?] = [
            event["at"]?.string, event["code"]?.string, event["actor"]?["name"]?.string, place.isEmpty ? nil : place,
            event["promotion"]?.string ?? event["freight"]?.string, event["session"]?["session"]?.string,
            event["reason"]?.string ?? event["details"]?["reason"]?.string,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
