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
    struct Answer {
        let snapshot: Snapshot
        let project: String
        let stage: String
        let status: Int
        let body: [UInt8]
        /// Where the instant stands in it, and where what clocks show then.
        let stamps: [Int]
        let localStamps: [Int]
        let zone: ZoneRules?
        /// When the Stage opens, if it is closed and that is known.
        let nextOpen: Instant?
        let validFrom: Instant
        let validUntil: Instant
    }

    private static let limit = 256
    private let answers = Guarded<[String: Answer]>([:])

    subscript(target: String) -> Answer? {
        answers.withLock { $0[target] }
    }

    func remember(_ answer: Answer, for target: String) {
        answers.withLock { answers in
            if answers.count >= Self.limit { answers.removeAll(keepingCapacity: true) }
            answers[target] = answer
        }
    }
}

extension PeekMemory.Answer {
    /// Keeps an answer to a question about the present; nothing if the instant in it cannot be replaced.
    init?(_ decision: Decision, _ snapshot: Snapshot, status: Int, body: [UInt8]) {
        let now = decision.question.at
        let stamp = Array(now.text.utf8)
        guard stamp.count == Self.stampLength, decision.question.quiet == nil, decision.freight == nil else {
            return nil
        }
        zone = decision.situation.plan?.zone
        let local = zone.map { Array($0.local(at: now).text.utf8) }
        self.snapshot = snapshot
        project = decision.situation.project
        stage = decision.situation.stage
        self.status = status
        self.body = body
        stamps = Self.places(of: stamp, in: body)
        localStamps = local.map { Self.places(of: $0, in: body) } ?? []
        nextOpen = status == 423 ? decision.nextOpen : nil
        validFrom = now
        validUntil = decision.situation.nextChange(after: now)
    }

    /// With six digits of microseconds; nearly every instant has as many.
    private static let stampLength = 27

    private static func places(of stamp: [UInt8], in body: [UInt8]) -> [Int] {
        body.indices.filter { index in
            body[index] == stamp[0] && index + stamp.count <= body.count
                && body[index..<(index + stamp.count)].elementsEqual(stamp)
        }
    }

    /// The same answer at another instant; nothing if it may be another.
    func body(at now: Instant, _ current: Snapshot) -> [UInt8]? {
        guard snapshot === current, validFrom <= now, now < validUntil else { return nil }
        let stamp = now.text
        guard stamp.utf8.count == Self.stampLength else { return nil }
        var body = body
        Self.write(stamp, at: stamps, into: &body)
        if let zone { Self.write(zone.local(at: now).text, at: localStamps, into: &body) }
        return body
    }

    private static func write(_ stamp: String, at places: [Int], into body: inout [UInt8]) {
        for place in places {
            var index = place
            for byte in stamp.utf8 {
                body[index] = byte
                index += 1
            }
        }
    }
}
