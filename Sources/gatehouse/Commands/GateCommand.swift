import HTTPClient
import JSON
import Time

extension Command {
    static let gate = Command(
        name: "gate", operands: "PROJECT STAGE",
        summary: "Tells whether a stage may be entered; ends with 0 if so, 3 if not, 4 if that cannot be told.",
        options: [
            CommandOption(
                "at", "INSTANT", "Another instant than now, such as 2026-11-20T15:00:00-05:00.", hasVariable: false),
            CommandOption(
                "freight", "FREIGHT",
                "The Freight, by its ID or alias; without it, gates that speak of a Freight are not judged.",
                hasVariable: false),
            CommandOption("quiet", "DURATION", "Tells, too, when it is open for so long.", hasVariable: false),
            CommandOption(
                "wait", nil, "Waits until it is open, or never can be; without this it asks once.", hasVariable: false),
            CommandOption(
                "timeout", "DURATION", "Waits no longer than this; for ever if nothing is said.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "STAGE")
        let timeout = try arguments.span("timeout")
        let waits = arguments.isOn("wait")
        guard waits || timeout == nil else { throw UsageError(description: "--timeout belongs to --wait") }
        guard !waits || arguments.value("at") == nil else {
            throw UsageError(description: "--at asks of one instant: there is nothing to --wait for")
        }
        let path = ServerCall.path(
            ["v1", "projects", operands[0], "stages", operands[1], "gate"],
            [
                ("at", arguments.value("at")), ("freight", arguments.value("freight")),
                ("quiet", arguments.value("quiet")),
            ])
        let call = try ServerCall(arguments, terminal)
        let answer =
            waits
            ? try GateWait(call: call, path: path, timeout: timeout, note: terminal.complain).run()
            : try GateAnswer(call, path)
        terminal.print(arguments.isOn("json") ? answer.document?.line ?? answer.text : answer.text)
        return answer.exitCode
    }
}

/// What a server says of a gate, or that it cannot be asked.
struct GateAnswer {
    /// The Decision; nothing where there is none.
    let document: JSONValue?
    /// 0 allowed, 3 closed, 4 unknown.
    let exitCode: Int32
    /// What a person reads.
    let text: String

    /// Asks once. What is a mistake of the question is thrown; what may pass is an answer: unknown.
    init(_ call: ServerCall, _ path: String, timeoutMilliseconds: Int = 30_000) throws {
        switch try call.reply("GET", path, timeoutMilliseconds: timeoutMilliseconds) {
        case .answer(let answer): try self.init(answer)
        case .unknown(let why): self.init(unknown: why)
        }
    }

    /// The decision that was answered; anything else is thrown.
    init(_ answer: HTTPClientResponse) throws {
        let document = try? JSONValue(parsing: answer.body)
        switch (answer.status, document?["allowed"]?.bool) {
        case (200, true): self.init(document, exitCode: 0)
        // Who asks to be let in is told by the status, too, that nothing ever will.
        case (423, false), (409, false): self.init(document, exitCode: 3)
        case (503, false) where document?["verdict"] != nil: self.init(document, exitCode: 4)
        default: throw ServerCall.Refusal(answer)
        }
    }

    /// There is no decision, and that is why.
    init(unknown why: String) {
        self.init(document: nil, exitCode: 4, text: why)
    }

    private init(document: JSONValue?, exitCode: Int32, text: String) {
        (self.document, self.exitCode, self.text) = (document, exitCode, text)
    }

    private init(_ decision: JSONValue?, exitCode: Int32) {
        var lines = [decision?["reason"]?.string ?? ""]
        var times = [("next close", "nextClose"), ("next quiet", "nextQuiet")]
        // Where the clock says yes already, it is something else that keeps it closed.
        if Self.untilNextOpen(decision) ?? .seconds(0) > .seconds(0) { times.insert(("next open", "nextOpen"), at: 0) }
        for (name, member) in times {
            guard let time = decision?[member + "Local"]?.string ?? decision?[member]?.string else { continue }
            lines.append("\(name)  \(time)")
        }
        let needs = decision?["needs"]?.array?.compactMap(\.string) ?? []
        let notJudged = decision?["notJudged"]?.array?.compactMap(\.string) ?? []
        if !notJudged.isEmpty { lines.append("not judged without --freight  \(notJudged.joined(separator: ", "))") }
        if !needs.isEmpty { lines.append("needs  \(needs.joined(separator: ", "))") }
        self.init(document: decision, exitCode: exitCode, text: lines.joined(separator: "\n"))
    }

    /// Whether neither time nor a person can change it.
    var isFinal: Bool { document?["final"]?.bool ?? false }

    /// How long it is until the clock may open the gate, by the server's clock.
    var untilNextOpen: TimeSpan? { Self.untilNextOpen(document) }

    private static func untilNextOpen(_ decision: JSONValue?) -> TimeSpan? {
        guard let now = decision?["decidedAt"]?.string.flatMap({ try? Instant(parsing: $0) }),
            let next = decision?["nextOpen"]?.string.flatMap({ try? Instant(parsing: $0) })
        else { return nil }
        return next - now
    }
}
