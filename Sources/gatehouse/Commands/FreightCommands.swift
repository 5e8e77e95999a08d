import JSON

extension Command {
    static let freightList = Command(
        name: "freight list", operands: "PROJECT", summary: "Lists the Freight of a project, the newest first.",
        options: [
            CommandOption("warehouse", "NAME", "Only that of this Warehouse.", hasVariable: false),
            CommandOption("stage", "NAME", "Only what this Stage runs.", hasVariable: false),
            CommandOption("tag", "TEXT", "Only what has an artifact of this version.", hasVariable: false),
            CommandOption("digest", "DIGEST", "Only what has an image of this digest.", hasVariable: false),
            CommandOption("commit", "ID", "Only what has this commit.", hasVariable: false),
            CommandOption("search", "TEXT", "Only what has an ID, alias or tag that begins so.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let project = try arguments.named("PROJECT")[0]
        let path = ServerCall.path(
            ["v1", "projects", project, "freight"],
            ["warehouse", "stage", "tag", "digest", "commit"].map { (name: $0, value: arguments.value($0)) }
                + [("q", arguments.value("search"))])
        try ServerCall(arguments, terminal).forEach("freight", of: path) { freight in
            terminal.print(arguments.isOn("json") ? freight.line : line(freight))
        }
        return 0
    }

    static let freightShow = Command(
        name: "freight show", operands: "PROJECT FREIGHT", summary: "Shows what Freight is made of, and where it is.",
        options: ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "FREIGHT")
        let path = ServerCall.path(["v1", "projects", operands[0], "freight", operands[1]])
        guard let freight = try ServerCall(arguments, terminal).send("GET", path) else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(freight.line)
            return 0
        }
        terminal.print(line(freight))
        for (kind, list) in FreightAnswer.kinds {
            for artifact in freight[list]?.array ?? [] {
                let names = ["repoURL", "name", "tag", "version", "branch", "digest", "id"]
                terminal.print(([kind] + names.compactMap { artifact[$0]?.string }).joined(separator: "  "))
            }
        }
        for verification in freight["verifiedIn"]?.members ?? [] {
            let words = ["verified in", verification.name, verification.value["at"]?.string ?? ""]
            terminal.print(words.joined(separator: "  "))
        }
        for stage in freight["currentlyIn"]?.array ?? [] { terminal.print("now in  \(stage.string ?? "")") }
        for approval in freight["approvals"]?.array ?? [] {
            terminal.print(approved(approval))
        }
        if let rejected = freight["rejected"] {
            let words = ["by", "at", "reason"].compactMap { rejected[$0]?.string }
            terminal.print((["rejected"] + words).joined(separator: "  "))
        }
        return 0
    }

    static let freightApprove = Command(
        name: "freight approve", operands: "PROJECT FREIGHT", summary: "Says yes to Freight in a Stage.",
        options: [
            CommandOption("stage", "NAME", "The Stage.", hasVariable: false),
            CommandOption("note", "TEXT", "What was looked at.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "FREIGHT")
        let (stage, note) = (try arguments.needed("stage"), try arguments.needed("note"))
        let path = ServerCall.path(["v1", "projects", operands[0], "freight", operands[1], "approvals"])
        let body = JSONWriter.object { json in
            json.member("stage", stage)
            json.member("note", note)
        }
        guard let approval = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        for warning in approval["warnings"]?.array ?? [] { terminal.complain(warning.string ?? warning.line) }
        terminal.print(arguments.isOn("json") ? approval.line : approved(approval))
        return 0
    }

    static let freightRevoke = Command(
        name: "freight revoke", operands: "PROJECT FREIGHT APPROVAL",
        summary: "Takes back a yes to Freight in a Stage; 'freight show' names those that there are.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "FREIGHT", "APPROVAL")
        let reason = try arguments.needed("reason")
        let path = ServerCall.path(
            ["v1", "projects", operands[0], "freight", operands[1], "approvals", operands[2], "revoke"])
        let body = JSONWriter.object { json in json.member("reason", reason) }
        guard let approval = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(approval.line)
            return 0
        }
        terminal.print(
            ([approved(approval, "revoked for")] + PromotionAnswer.inFlight(approval)).joined(separator: "\n"))
        return 0
    }

    static let freightRename = Command(
        name: "freight rename", operands: "PROJECT FREIGHT ALIAS",
        summary: "Gives Freight another alias; the one before goes on meaning it.", options: ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "FREIGHT", "ALIAS")
        let path = ServerCall.path(["v1", "projects", operands[0], "freight", operands[1]])
        let body = JSONWriter.object { json in json.member("alias", operands[2]) }
        guard let freight = try ServerCall(arguments, terminal).send("PATCH", path, body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? freight.line : line(freight))
        return 0
    }

    static let freightReject = Command(
        name: "freight reject", operands: "PROJECT FREIGHT", summary: "Lets Freight go nowhere any more.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in try change("reject", arguments, terminal) }

    static let freightReinstate = Command(
        name: "freight reinstate", operands: "PROJECT FREIGHT", summary: "Lets rejected Freight go on again.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in try change("reinstate", arguments, terminal) }

    private static func change(
        _ act: String, _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> Int32 {
        let operands = try arguments.named("PROJECT", "FREIGHT")
        let reason = try arguments.needed("reason")
        let path = ServerCall.path(["v1", "projects", operands[0], "freight", operands[1], act])
        let body = JSONWriter.object { json in json.member("reason", reason) }
        guard let freight = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(freight.line)
            return 0
        }
        terminal.print(([line(freight)] + PromotionAnswer.inFlight(freight)).joined(separator: "\n"))
        return 0
    }

    private static func approved(_ approval: JSONValue, _ word: String = "approved for") -> String {
        ([word] + ["stage", "by", "at", "id", "note"].compactMap { approval[$0]?.string })
            .joined(separator: "  ")
    }

    private static func line(_ freight: JSONValue) -> String {
        let words: [String?] = [
            freight["id"]?.string, freight["alias"]?.string, freight["warehouse"]?.string,
            FreightAnswer(document: freight).versions.joined(separator: ","), freight["discoveredAt"]?.string,
            freight["rejected"] == nil ? nil : "rejected",
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
