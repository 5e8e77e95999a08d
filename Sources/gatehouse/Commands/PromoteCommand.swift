import HTTPClient
import JSON

extension Command {
    static let promote = Command(
        name: "promote", operands: "PROJECT STAGE FREIGHT",
        summary: "Asks for Freight in a Stage; ends with 0 if it waits or is there, 3 if gates refuse it.",
        options: [
            CommandOption("reason", "TEXT", "Why.", hasVariable: false),
            CommandOption("ticket", "TEXT", "The ticket that it belongs to.", hasVariable: false),
            CommandOption(
                "wait-until", "INSTANT", "Until when it may wait; as long as the policy lets it if nothing is said.",
                hasVariable: false),
            CommandOption(
                "break-glass", "TEXT", "Asks besides to pass the gates that are closed, for this reason.",
                hasVariable: false),
            CommandOption("rollback", nil, "Goes back to Freight that the Stage has run before.", hasVariable: false),
            CommandOption(
                "if-closed", "wait|refuse", "What becomes of it while gates are closed; it waits if nothing is said.",
                hasVariable: false),
            CommandOption(
                "wait", nil,
                "Tells each change until it has ended, and ends with 1 if it failed or was given up; without this it only asks.",
                hasVariable: false),
            CommandOption(
                "timeout", "DURATION", "Waits no longer than this; for ever if nothing is said.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "STAGE", "FREIGHT")
        let timeout = try arguments.span("timeout")
        guard arguments.isOn("wait") || timeout == nil else {
            throw UsageError(description: "--timeout belongs to --wait")
        }
        let body = try wish(for: operands[2], into: operands[1], arguments)
        let call = try ServerCall(arguments, terminal)
        let reply = try call.reply("POST", ServerCall.path(["v1", "projects", operands[0], "promotions"]), body: body)
        guard case .answer(let answer) = reply, answer.status == 202 else {
            return try refused(reply, operands[0], arguments, terminal)
        }
        let asked = PromotionAnswer(document: try JSONValue(parsing: answer.body))
        let tell = { (promotion: PromotionAnswer) in terminal.print(promotion.told(arguments)) }
        tell(asked)
        var emergency = BreakGlassNews(of: asked, in: operands[0]) { arguments.isOn("json") ? () : terminal.print($0) }
        emergency?.tell()
        guard arguments.isOn("wait") else { return 0 }
        let path = ServerCall.path(["v1", "projects", operands[0], "promotions", asked.id])
        let last = try PromotionWait(call: call, path: path, timeout: timeout, tell: tell, note: terminal.complain) {
            try emergency?.look(by: call, timeoutMilliseconds: $0)
        }.run(from: asked)
        // What it used up it used as it went in, maybe just now.
        if last.hasEnded { try emergency?.look(by: call, timeoutMilliseconds: 10_000) }
        if !last.hasEnded {
            terminal.complain("it goes on; 'gatehouse abort \(operands[0]) \(asked.id) --reason TEXT' gives it up")
        }
        return last.exitCode
    }

    static let waiting = Command(
        name: "waiting", operands: "[PROJECT]",
        summary: "Lists the promotions of a project that have not ended, or what waits anywhere.",
        options: ServerCall.options
    ) { arguments, terminal in
        let project = try arguments.atMost("PROJECT")
        let path = project.map { ServerCall.path(["v1", "projects", $0, "promotions"], [("unfinished", "true")]) }
        let (list, address) = path.map { ("promotions", $0) } ?? ("waiting", "/v1/waiting")
        try ServerCall(arguments, terminal).forEach(list, of: address) { promotion in
            let answer = PromotionAnswer(document: promotion)
            terminal.print(answer.told(arguments, in: project == nil ? promotion["project"]?.string : nil))
        }
        return 0
    }

    static let abort = Command(
        name: "abort", operands: "PROJECT PROMOTION", summary: "Gives a promotion up.",
        options: [CommandOption("reason", "TEXT", "Why.", hasVariable: false)] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "PROMOTION")
        let reason = try arguments.needed("reason")
        let path = ServerCall.path(["v1", "projects", operands[0], "promotions", operands[1], "abort"])
        let body = JSONWriter.object { json in json.member("reason", reason) }
        guard let promotion = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        terminal.print(PromotionAnswer(document: promotion).told(arguments))
        return 0
    }

    static let promotions = Command(
        name: "promotions", operands: "PROJECT",
        summary: "Lists the promotions of a project, the newest first, and how they ended.",
        options: [
            CommandOption("stage", "NAME", "Only those into this Stage.", hasVariable: false),
            CommandOption("freight", "FREIGHT", "Only those of this Freight.", hasVariable: false),
            CommandOption("phase", "PHASE", "Only those in this phase, such as Failed.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let project = try arguments.named("PROJECT")[0]
        let path = ServerCall.path(
            ["v1", "projects", project, "promotions"],
            ["stage", "freight", "phase"].map { (name: $0, value: arguments.value($0)) })
        try ServerCall(arguments, terminal).forEach("promotions", of: path) { promotion in
            terminal.print(PromotionAnswer(document: promotion).told(arguments))
        }
        return 0
    }

    static let retry = Command(
        name: "retry", operands: "PROJECT PROMOTION",
        summary: "Asks again for what failed or was given up, by a new promotion.",
        options: [
            CommandOption("reason", "TEXT", "Why; that of the one before if nothing is said.", hasVariable: false)
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "PROMOTION")
        let path = ServerCall.path(["v1", "projects", operands[0], "promotions", operands[1], "retry"])
        let reason = try arguments.text("reason")
        let body = JSONWriter.object { json in json.member("reason", reason) }
        let reply = try ServerCall(arguments, terminal).reply("POST", path, body: body)
        guard case .answer(let answer) = reply, answer.status == 202 else {
            return try refused(reply, operands[0], arguments, terminal)
        }
        terminal.print(PromotionAnswer(document: try JSONValue(parsing: answer.body)).told(arguments))
        return 0
    }

    static let result = Command(
        name: "result", operands: "PROJECT PROMOTION",
        summary: "Tells what became of a promotion that a deployer outside was let do.",
        options: [
            CommandOption("outcome", "WORD", "succeeded or failed.", hasVariable: false),
            CommandOption("reason", "TEXT", "Why, or what was found.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "PROMOTION")
        let outcome = try arguments.needed("outcome")
        let reason = try arguments.text("reason")
        let path = ServerCall.path(["v1", "projects", operands[0], "promotions", operands[1], "result"])
        let body = JSONWriter.object { json in
            json.member("outcome", outcome)
            json.member("reason", reason)
        }
        guard let promotion = try ServerCall(arguments, terminal).send("POST", path, body: body) else { return 1 }
        terminal.print(PromotionAnswer(document: promotion).told(arguments))
        return 0
    }

    private static func wish(
        for freight: String, into stage: String, _ arguments: ParsedArguments
    ) throws(UsageError) -> [UInt8] {
        let ifClosed = try arguments.choice("if-closed", default: IfClosed.wait)
        let (reason, emergency) = (try arguments.text("reason"), try arguments.text("break-glass"))
        return JSONWriter.object { json in
            json.member("stage", stage)
            json.member("freight", freight)
            if arguments.isOn("rollback") { json.member("kind", "rollback") }
            json.member("reason", reason)
            json.member("ticket", arguments.value("ticket"))
            json.member("waitUntil", arguments.value("wait-until"))
            json.member("ifClosed", ifClosed.rawValue)
            guard let emergency else { return }
            json.name("breakGlass")
            json.beginObject()
            json.member("justification", emergency)
            json.member("ticket", arguments.value("ticket"))
            json.endObject()
        }
    }

    /// Tells the decision that nothing was made of, or why there is none.
    private static func refused(
        _ reply: ServerReply, _ project: String, _ arguments: ParsedArguments, _ terminal: Terminal
    ) throws -> Int32 {
        let decision: GateAnswer
        switch reply {
        case .answer(let answer): decision = try GateAnswer(answer)
        case .unknown(let why):
            decision = GateAnswer(unknown: why)
            terminal.complain("it may have been asked for: 'gatehouse waiting \(project)' tells")
        }
        terminal.print(arguments.isOn("json") ? decision.document?.line ?? decision.text : decision.text)
        return decision.exitCode
    }
}

/// What becomes of a wish while gates are closed.
private enum IfClosed: String, CaseIterable {
    case wait, refuse
}
