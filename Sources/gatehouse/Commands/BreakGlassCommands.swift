import JSON

extension Command {
    static let breakGlassRequest = Command(
        name: "break-glass request", operands: "PROJECT STAGE FREIGHT",
        summary: "Asks for one Freight to pass closed gates of a Stage, once, in an emergency.",
        options: [
            CommandOption("reason", "TEXT", "Why; it stands in the record of the release.", hasVariable: false),
            CommandOption(
                "bypass", "GATE", "A gate to pass; may stand several times. Those that are closed if none is said.",
                hasVariable: false, repeats: true),
            CommandOption("ticket", "TEXT", "The ticket that it belongs to.", hasVariable: false),
            CommandOption(
                "valid-for", "DURATION", "How long it can be used; as long as the policy lets if nothing is said.",
                hasVariable: false),
            CommandOption(
                "covers-unknown", nil, "Passes these gates even when nobody can tell whether they are open.",
                hasVariable: false),
            CommandOption("promotion", "NAME", "The only promotion that may use it.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let names = try arguments.named("PROJECT", "STAGE", "FREIGHT")
        let reason = try arguments.needed("reason")
        let bypasses = arguments.values("bypass")
        let body = JSONWriter.object { json in
            json.member("freight", names[2])
            json.member("justification", reason)
            if !bypasses.isEmpty { json.member("bypasses", bypasses) }
            json.member("ticket", arguments.value("ticket"))
            json.member("validFor", arguments.value("valid-for"))
            if arguments.isOn("covers-unknown") { json.member("coversUnknown", true) }
            json.member("promotion", arguments.value("promotion"))
        }
        let path = ServerCall.path(["v1", "projects", names[0], "stages", names[1], "break-glass"])
        guard let asked = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        let answer = OverrideAnswer(document: asked)
        for warning in asked["warnings"]?.array ?? [] { terminal.complain(warning.string ?? warning.line) }
        terminal.print(arguments.isOn("json") ? asked.line : answer.text)
        if let shut = answer.whatStaysClosed { terminal.complain("it does not let it in alone: \(shut)") }
        return 0
    }

    static let breakGlassList = Command(
        name: "break-glass list", operands: "PROJECT", summary: "Lists a project's break-glass, the newest first.",
        options: [
            CommandOption("stage", "NAME", "Only that for this Stage.", hasVariable: false),
            CommandOption(
                "state", "WORD", "Only what is requested, approved, consumed, expired, denied or revoked.",
                hasVariable: false),
            CommandOption(
                "review-overdue", nil, "Only what was used, and nobody has reviewed in time.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let project = try arguments.named("PROJECT")[0]
        let path = ServerCall.path(
            ["v1", "projects", project, "break-glass"],
            [
                ("stage", arguments.value("stage")), ("state", arguments.value("state")),
                ("reviewOverdue", arguments.isOn("review-overdue") ? "true" : nil),
            ])
        try ServerCall(arguments, terminal).forEach("overrides", of: path) { override in
            terminal.print(arguments.isOn("json") ? override.line : OverrideAnswer(document: override).text)
        }
        return 0
    }

    static let breakGlassShow = Command(
        name: "break-glass show", operands: "PROJECT ID", summary: "Shows break-glass, and who had which part in it.",
        options: ServerCall.options
    ) { arguments, terminal in
        let names = try arguments.named("PROJECT", "ID")
        let path = ServerCall.path(["v1", "projects", names[0], "break-glass", names[1]])
        guard let override = try ServerCall(arguments, terminal).send("GET", path) else { return 1 }
        terminal.print(arguments.isOn("json") ? override.line : OverrideAnswer(document: override).whole)
        return 0
    }

    static let breakGlassApprove = Command(
        name: "break-glass approve", operands: "PROJECT ID", summary: "Agrees to break-glass that another asked for.",
        options: [CommandOption("note", "TEXT", "A remark.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        try change("approve", arguments, terminal) { json in json.member("note", arguments.value("note")) }
    }

    static let breakGlassDeny = Command(
        name: "break-glass deny", operands: "PROJECT ID", summary: "Says no to break-glass, for good.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let reason = try arguments.needed("reason")
        return try change("deny", arguments, terminal) { json in json.member("reason", reason) }
    }

    static let breakGlassRevoke = Command(
        name: "break-glass revoke", operands: "PROJECT ID", summary: "Takes break-glass back before it is used.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let reason = try arguments.needed("reason")
        return try change("revoke", arguments, terminal) { json in json.member("reason", reason) }
    }

    static let breakGlassReview = Command(
        name: "break-glass review", operands: "PROJECT ID",
        summary: "Says what a use of break-glass was worth; for somebody who had no part in it.",
        options: [
            CommandOption("outcome", "WORD", "justified, unjustified or not_needed.", hasVariable: false),
            CommandOption("note", "TEXT", "What was found.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let (outcome, note) = (try arguments.needed("outcome"), try arguments.needed("note"))
        return try change("review", arguments, terminal) { json in
            json.member("outcome", outcome)
            json.member("note", note)
        }
    }

    private static func change(
        _ act: String, _ arguments: ParsedArguments, _ terminal: Terminal, _ write: (inout JSONWriter) -> Void
    ) throws -> Int32 {
        let names = try arguments.named("PROJECT", "ID")
        let path = ServerCall.path(["v1", "projects", names[0], "break-glass", names[1], act])
        let body = JSONWriter.object(write)
        guard let override = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? override.line : OverrideAnswer(document: override).text)
        return 0
    }
}
