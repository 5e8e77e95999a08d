import Postgres
public import Promotions
public import Store
public import Time

/// What decides about some Freight in a Stage, read at once for all of it.
struct StageFacts {
    private let stage: String
    private let line: StageLine
    private let now: Instant
    private let known: [String: FreightStanding.Known]
    private let approvals: [String: [FreightStanding.Yes]]

    /// Reads it, by the Stages as they stood in a snapshot, for whoever asks with some tokens.
    init(
        of freight: [String], for stage: String, in project: String, _ snapshot: Snapshot, at now: Instant,
        askedWith tokens: [String] = [], _ connection: borrowing Connection
    ) throws {
        self.stage = stage
        self.now = now
        line = snapshot.projects[project]?.line ?? StageLine(stages: [])
        known = try FreightStanding.known(of: freight, in: project, connection)
        approvals = try FreightStanding.approvals(
            of: freight, in: stage, of: project, askedWith: tokens, connection)
    }

    /// What is known of one Freight. A yes of whoever wants it in, by one of the tokens, does not count.
    func facts(of freight: String, askedWith token: String? = nil) -> FreightFacts {
        guard let entry = known[freight] else { return .unknown(freight) }
        return FreightFacts(
            entry, approvals[freight, default: []], for: stage, in: line, at: now, askedWith: token)
    }
}

extension FreightFacts {
    /// What a Freight is to a Stage. A yes of whoever wants it in, with that token, does not count.
    public init(
        _ known: FreightStanding.Known, _ approvals: [FreightStanding.Yes], for stage: String, in line: StageLine,
        at now: Instant, askedWith token: String?
    ) {
        let origin = known.stamp.warehouse
        let answer = line.availability(of: known.stays, from: origin, in: stage, at: now)
        let standing: Standing =
            if let reason = known.rejection {
                .rejected(reason: reason)
            } else {
                line.stages[stage]?.request(for: origin) == nil ? .wrongOrigin : .accepted
            }
        self.init(
            id: known.stamp.id, standing: standing, availability: answer.availability,
            verifiedSince: answer.verifiedSince,
            approvals: approvals.filter { $0.counts(forAsker: token) }.map(\.approval),
            skippedStages: answer.skipped)
    }
}
