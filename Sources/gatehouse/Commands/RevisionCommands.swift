import JSON

extension Command {
    static let revisions = Command(
        name: "revisions", operands: "PROJECT", summary: "Lists what was written for a project, the newest first.",
        options: ServerCall.options
    ) { arguments, terminal in
        let project = try arguments.named("PROJECT")[0]
        let path = ServerCall.path(["v1", "projects", project, "revisions"])
        try ServerCall(arguments, terminal).forEach("revisions", of: path) { revision in
            terminal.print(arguments.isOn("json") ? revision.line : line(revision))
        }
        return 0
    }

    static let revisionShow = Command(
        name: "revision show", operands: "PROJECT NUMBER",
        summary: "Shows a revision and what it changed; with --json also its manifests.", options: ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "NUMBER")
        let path = ServerCall.path(["v1", "projects", operands[0], "revisions", operands[1]])
        guard let revision = try ServerCall(arguments, terminal).send("GET", path) else { return 1 }
        guard !arguments.isOn("json") else {
            terminal.print(revision.line)
            return 0
        }
        terminal.print(line(revision))
        let approvers = revision["approvals"]?.array?.compactMap(\.string) ?? []
        if !approvers.isEmpty { terminal.print("approved by  \(approvers.joined(separator: ", "))") }
        if let begin = revision["inForceAt"]?.string { terminal.print("in force from  \(begin)") }
        if let why = revision["rejectedWhy"]?.string { terminal.print("rejected because  \(why)") }
        for change in revision["diff"]?.array ?? [] { terminal.print(change.changeOfManifests) }
        return 0
    }

    static let approveRevision = Command(
        name: "approve revision", operands: "PROJECT NUMBER", summary: "Agrees to a revision that another wrote.",
        options: [CommandOption("note", "TEXT", "Why, for the audit.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "NUMBER")
        let body = JSONWriter.object { json in json.member("note", arguments.value("note")) }
        return try decide(operands + ["approve"], body, arguments, terminal)
    }

    static let rejectRevision = Command(
        name: "reject revision", operands: "PROJECT NUMBER", summary: "Says no to a revision that waits.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "NUMBER")
        let reason = try arguments.needed("reason")
        return try decide(
            operands + ["reject"], JSONWriter.object { json in json.member("reason", reason) }, arguments, terminal)
    }

    /// Sends what is said of a revision: its project, its number, and the word.
    private static func decide(
        _ words: [String], _ body: [UInt8], _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> Int32 {
        let path = ServerCall.path(["v1", "projects", words[0], "revisions", words[1], words[2]])
        guard let revision = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? revision.line : line(revision))
        return 0
    }

    private static func line(_ revision: JSONValue) -> String {
        let required = revision["approvalsRequired"]?.integer ?? 0
        let words: [String?] = [
            revision["revision"]?.integer.map { String($0) }, revision["state"]?.string,
            revision["loosens"]?.bool == true ? "loosens" : nil,
            required > 0 ? "\(revision["approvals"]?.array?.count ?? 0) of \(required) approvals" : nil,
            revision["author"]?.string, revision["writtenAt"]?.string, revision["reason"]?.string,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
