import JSON

extension Command {
    static let tokenCreate = Command(
        name: "token create", operands: "", summary: "Makes a token; its value is shown this once.",
        options: [
            CommandOption("name", "NAME", "What the token is called.", hasVariable: false),
            CommandOption("subject", "NAME", "Whom it belongs to; its name if nothing is said.", hasVariable: false),
            CommandOption("kind", "person|robot", "What the subject is.", hasVariable: false),
            CommandOption("role", "ROLE", "A role; may stand several times.", hasVariable: false, repeats: true),
            CommandOption(
                "project", "NAME", "A project that it reaches; all if none is said.", hasVariable: false, repeats: true),
            CommandOption(
                "stage", "NAME", "A stage that it reaches; all if none is said.", hasVariable: false, repeats: true),
            CommandOption("also-known-as", "NAME", "Another name of the subject.", hasVariable: false, repeats: true),
            CommandOption("expires-in", "DURATION", "How long it lives, such as 90d or 12h.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        guard let name = arguments.value("name"), let kind = arguments.value("kind"), !arguments.values("role").isEmpty
        else {
            throw UsageError(
                description: "a token needs --name, --kind and at least one --role; see 'gatehouse help token create'")
        }
        let body = JSONWriter.object { json in
            json.member("name", name)
            json.member("kind", kind)
            json.member("roles", arguments.values("role"))
            json.member("subject", arguments.value("subject"))
            json.member("expiresIn", arguments.value("expires-in"))
            func list(_ member: StaticString, _ option: String) {
                if !arguments.values(option).isEmpty { json.member(member, arguments.values(option)) }
            }
            list("projects", "project")
            list("stages", "stage")
            list("alsoKnownAs", "also-known-as")
        }
        guard let made = try ServerCall(arguments, terminal).send("POST", "/v1/tokens", body: body) else { return 1 }
        terminal.print(arguments.isOn("json") ? made.line : made["value"]?.string ?? "")
        return 0
    }

    static let tokenList = Command(
        name: "token list", operands: "", summary: "Lists the tokens that have not been revoked.",
        options: ServerCall.options
    ) { arguments, terminal in
        try ServerCall(arguments, terminal).forEach("tokens", of: "/v1/tokens") { token in
            guard !arguments.isOn("json") else {
                terminal.print(token.line)
                return
            }
            let end = token["expiresAt"]?.string.map { "until \($0)" } ?? "without an end"
            let words = [
                token["id"]?.string, token["name"]?.string, token["subject"]?.string, token.list("roles"), end,
            ]
            terminal.print(words.map { $0 ?? "" }.joined(separator: "  "))
        }
        return 0
    }

    static let tokenRevoke = Command(
        name: "token revoke", operands: "ID", summary: "Makes a token invalid for ever.", options: ServerCall.options
    ) { arguments, terminal in
        guard arguments.operands.count == 1, let id = arguments.operands.first,
            id.allSatisfy({ $0.isLetter || $0.isNumber })
        else {
            throw UsageError(
                description: "which token? 'gatehouse token list' tells their ids: gatehouse token revoke ID")
        }
        _ = try ServerCall(arguments, terminal).send("DELETE", "/v1/tokens/\(id)")
        terminal.print("revoked \(id)")
        return 0
    }
}
