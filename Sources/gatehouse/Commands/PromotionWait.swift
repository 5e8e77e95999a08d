import HTTPClient
import JSON
import Time

/// Asks for a promotion again and again until it has ended.
struct PromotionWait {
    let call: ServerCall
    let path: String
    /// How long it may take; nothing means for ever.
    let timeout: TimeSpan?
    /// Tells what has become of it, each time that this is something else.
    let tell: (PromotionAnswer) -> Void
    /// Says why nothing is known of it at the moment.
    let note: (String) -> Void
    /// Looks at what it depends on, each time before it is asked for, and for so many milliseconds at most.
    let besides: (_ timeoutMilliseconds: Int) throws -> Void

    /// One request may take as long as this.
    private static let patience = TimeSpan.seconds(10)
    /// What has just changed may well change again; what has not for a while is asked for less often.
    private static let pauses = (shortest: TimeSpan.milliseconds(100), longest: TimeSpan.seconds(5))

    /// How it ended, or what was last known of it before time was over.
    func run(from asked: PromotionAnswer) throws -> PromotionAnswer {
        let deadline = timeout.map { MonotonicTime.now() + $0 }
        var (last, noted, pause) = (asked, "", Self.pauses.shortest)
        while !last.hasEnded {
            let left = deadline.map { $0 - .now() }
            if let left, left <= .seconds(0) { break }
            Pause.sleep(for: min(pause, left ?? pause))
            pause = min(TimeSpan(microseconds: pause.microseconds * 2), Self.pauses.longest)
            let limit = Int(max(.seconds(1), min(left ?? Self.patience, Self.patience)).microseconds / 1_000)
            try besides(limit)
            switch try call.reply("GET", path, timeoutMilliseconds: limit) {
            case .unknown(let why):
                if why != noted { note(why) }
                noted = why
            case .answer(let answer):
                let now = try promotion(answer)
                if now.text != last.text {
                    tell(now)
                    pause = Self.pauses.shortest
                }
                (last, noted) = (now, "")
            }
        }
        return last
    }

    private func promotion(_ answer: HTTPClientResponse) throws -> PromotionAnswer {
        guard answer.status == 200 else { throw ServerCall.Refusal(answer) }
        return PromotionAnswer(document: try JSONValue(parsing: answer.body))
    }
}
