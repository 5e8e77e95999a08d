import Engine
import HTTPServer
import Locks
import Promotions
import Time
import TimeZones

/// What peeks at the present were answered of late, for as long as only the instant in them differs.
///
/// Jobs ask the same few questions again and again; from one change to the next the answer is the same but for the
/// instants that say "now". One memory serves one thread; it is emptied when it is full.
final class PeekMemory: Sendable {
    /// An answer that was given.
    final class Answer: Sendable {
        let snapshot: Snapshot
        let project: String
        let stage: String
        let status: Int
        let body: [UInt8]
        /// Where the instant stands in it, and where what clocks show then.
        let stamps: [Int]
        let localStamps: [Int]
        /// Seconds that those clocks are ahead of UTC; they are not set before the answer is forgotten.
        let offset: Int
        /// When the Stage opens, if it is closed and that is known.
        let nextOpen: Instant?
        let validFrom: Instant
        let validUntil: Instant

        /// Keeps an answer to a question about the present; nothing if more than the instant in it will differ.
        init?(_ decision: Decision, _ snapshot: Snapshot, status: Int, body: [UInt8]) {
            let now = decision.question.at
            // An instant on the second is written shorter.
            guard now.microseconds % 1_000_000 != 0, decision.question.quiet == nil, decision.freight == nil else {
                return nil
            }
            let zone = decision.situation.plan?.zone
            offset = zone.map { $0.offset(at: now) } ?? 0
            self.snapshot = snapshot
            project = decision.situation.project
            stage = decision.situation.stage
            self.status = status
            self.body = body
            let (stamp, local) = (Stamp(now), Stamp(now, offset: offset))
            stamps = body.indices.filter { stamp.stands(in: body, at: $0) }
            localStamps = offset == 0 ? [] : body.indices.filter { local.stands(in: body, at: $0) }
            nextOpen = status == 423 ? decision.nextOpen : nil
            validFrom = now
            validUntil = decision.situation.nextChange(after: now)
        }
    }

    private static let limit = 256
    private let answers = Guarded<[String: Answer]>([:])

    subscript(target: String) -> Answer? {
        answers.withLock { $0[target] }
    }

    func remember(_ answer: Answer, for target: String) {
        answers.withLock { answers in
            // Those made from an older snapshot would only keep it.
            let isOld = answers.first.map { $0.value.snapshot !== answer.snapshot } ?? false
            if isOld || answers.count >= Self.limit { answers.removeAll(keepingCapacity: true) }
            answers[target] = answer
        }
    }
}

extension PeekMemory.Answer {
    /// The same answer at another instant; nothing if it may be another.
    func body(at now: Instant) -> [UInt8]? {
        guard validFrom <= now, now < validUntil, now.microseconds % 1_000_000 != 0 else {
            return nil
        }
        var body = body
        Stamp(now).write(over: &body, at: stamps)
        Stamp(now, offset: offset).write(over: &body, at: localStamps)
        return body
    }
}
