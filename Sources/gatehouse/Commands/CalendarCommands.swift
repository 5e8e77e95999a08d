import JSON

extension Command {
    static let calendarList = Command(
        name: "calendar list", operands: "", summary: "Lists the calendars.", options: ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        let answer = try ServerCall(arguments, terminal).send("GET", "/v1/calendars")
        for calendar in answer?["calendars"]?.array ?? [] {
            guard !arguments.isOn("json") else {
                terminal.print(calendar.line)
                continue
            }
            let known = calendar["unknown"]?.string.map { "unknown: \($0)" }
            let dates = "\(calendar["from"]?.string ?? "") to \(calendar["to"]?.string ?? "")"
            let words = [
                calendar["id"]?.string, calendar["version"]?.string, calendar["timeZone"]?.string, known ?? dates,
            ]
            terminal.print(words.compactMap(\.self).joined(separator: "  "))
        }
        return 0
    }

    static let calendarShow = Command(
        name: "calendar show", operands: "ID", summary: "Shows a calendar, with its document if it was loaded.",
        options: ServerCall.options
    ) { arguments, terminal in
        let id = try arguments.named("ID")[0]
        let answer = try ServerCall(arguments, terminal).send("GET", ServerCall.path(["v1", "calendars", id]))
        terminal.print(answer?.line ?? "")
        return 0
    }

    static let calendarStatus = Command(
        name: "calendar status", operands: "ID", summary: "Tells whether a market is open, now or at an instant.",
        options: [
            CommandOption("at", "INSTANT", "The instant, such as 2026-11-27T13:00:00-05:00.", hasVariable: false)
        ] + ServerCall.options
    ) { arguments, terminal in
        let id = try arguments.named("ID")[0]
        let path = ServerCall.path(["v1", "calendars", id, "status"], [("at", arguments.value("at"))])
        guard let status = try ServerCall(arguments, terminal).send("GET", path) else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(status.line)
            return 0
        }
        let state = status["open"]?.bool == true ? "open" : "closed"
        let next = status["nextTransition"]
        let change = next.map { "; \($0["to"]?.string ?? "") at \($0["atLocal"]?.string ?? "")" } ?? ""
        terminal.print(
            "\(id) is \(state) at \(status["atLocal"]?.string ?? "") (\(status["session"]?.string ?? ""))\(change)")
        return 0
    }

    static let calendarSessions = Command(
        name: "calendar sessions", operands: "ID", summary: "Lists the sessions of some dates.",
        options: [
            CommandOption("from", "DATE", "The first date.", hasVariable: false),
            CommandOption("to", "DATE", "The last date.", hasVariable: false),
            CommandOption("csv", nil, "Prints a table that 'calendar load' takes.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let id = try arguments.named("ID")[0]
        let isCSV = arguments.isOn("csv")
        let path = ServerCall.path(
            ["v1", "calendars", id, "sessions"],
            [
                ("from", try arguments.needed("from")), ("to", try arguments.needed("to")),
                ("format", isCSV ? "csv" : nil),
            ])
        let call = try ServerCall(arguments, terminal)
        guard !isCSV else {
            terminal.print(String(decoding: try call.bytes("GET", path).dropLast(), as: UTF8.self))
            return 0
        }
        let answer = try call.send("GET", path)
        guard !arguments.isOn("json") else {
            terminal.print(answer?.line ?? "")
            return 0
        }
        for session in answer?["sessions"]?.array ?? [] {
            let words = ["date", "open", "close"].map { session[$0]?.string ?? "" }
            let remarks = ["earlyClose", "lateOpen"].filter { session[$0]?.bool == true }
            terminal.print((words + remarks).joined(separator: "  "))
        }
        return 0
    }

    static let calendarLoad = Command(
        name: "calendar load", operands: "ID FILE", summary: "Loads a calendar, of JSON, or of CSV by the file's name.",
        options: [
            CommandOption("time-zone", "ZONE", "The zone of a table, such as Europe/London.", hasVariable: false),
            CommandOption("issue", "TEXT", "The version of a table.", hasVariable: false),
            CommandOption("from", "DATE", "The first date that a table covers.", hasVariable: false),
            CommandOption("to", "DATE", "The last date that a table covers.", hasVariable: false),
            CommandOption(
                "published-through", "DATE", "The last date of a table that the exchange has published.",
                hasVariable: false),
            CommandOption("reason", "TEXT", "Why, for the audit.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("ID", "FILE")
        let bytes = try Files.read(operands[1], limit: 8 << 20)
        let path = ServerCall.path(
            ["v1", "calendars", operands[0]],
            [
                ("timeZone", arguments.value("time-zone")), ("version", arguments.value("issue")),
                ("from", arguments.value("from")), ("to", arguments.value("to")),
                ("publishedThrough", arguments.value("published-through")), ("reason", try arguments.text("reason")),
            ])
        let type = operands[1].hasSuffix(".csv") ? "text/csv" : "application/json"
        guard let loaded = try ServerCall(arguments, terminal).send("PUT", path, body: bytes, type: type) else {
            return 1
        }
        terminal.print(
            arguments.isOn("json")
                ? loaded.line : "\(operands[0]) is at version \(loaded["version"]?.string ?? loaded.line)")
        return 0
    }
}
