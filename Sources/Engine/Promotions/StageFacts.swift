import Postgres
import Promotions
import Store
import Time

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
        let answer = line.availability(of: entry.stays, from: entry.warehouse, in: stage, at: now)
        return FreightFacts(
            id: freight, standing: standing(of: entry), availability: answer.availability,
            verifiedSince: answer.verifiedSince,
            approvals: approvals[freight, default: []].filter { $0.counts(forAsker: token) }.map(\.approval),
            skippedStages: answer.skipped)
    }

    private func standing(of entry: FreightStanding.Known) -> FreightFacts.Standing {
        if let reason = entry.rejection { return .rejected(reason: reason) }
        return line.stages[stage]?.request(for: entry.warehouse) == nil ? .wrongOrigin : .accepted
    }
}
