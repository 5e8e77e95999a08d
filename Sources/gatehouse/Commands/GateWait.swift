import Time

/// Asks a gate again and again until it is open: when the clock may open it, and in between, since people may as well.
struct GateWait {
    let call: ServerCall
    let path: String
    /// How long it may take; nothing means for ever.
    let timeout: TimeSpan?
    /// Says what has changed.
    let note: (String) -> Void

    /// One request may take as long as this.
    private static let patience = TimeSpan.seconds(10)

    /// The answer that lets in, or the last one before time was over.
    func run() throws -> GateAnswer {
        let deadline = timeout.map { MonotonicTime.now() + $0 }
        var noted = ""
        while true {
            let left = deadline.map { $0 - .now() }
            let limit = max(.seconds(1), min(left ?? Self.patience, Self.patience))
            let answer = try GateAnswer(call, path, timeoutMilliseconds: Int(limit.microseconds / 1_000))
            if answer.exitCode == 0 || answer.isFinal { return answer }
            let rest = deadline.map { $0 - .now() }
            if let rest, rest <= .seconds(0) { return answer }
            if answer.text != noted { note(answer.text) }
            noted = answer.text
            Pause.sleep(for: min(Self.pause(after: answer), rest ?? .hours(1)))
        }
    }

    /// Until the gate may open, and never as long as half a minute. Not all who wait ask at once.
    static func pause(after answer: GateAnswer) -> TimeSpan {
        guard answer.exitCode == 3 else { return .milliseconds(.random(in: 1_000...3_000)) }
        let usual = TimeSpan.milliseconds(.random(in: 20_000...29_000))
        guard let open = answer.untilNextOpen, open > .seconds(0) else { return usual }
        return min(usual, TimeSpan(microseconds: open.microseconds + .random(in: 1_000...50_000)))
    }
}
