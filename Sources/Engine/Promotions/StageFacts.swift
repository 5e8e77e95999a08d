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

    /// Reads it, by the Stages as they stood in a snapshot.
    init(
        of freight: [String], for stage: String, in project: String, _ snapshot: Snapshot, at now: Instant,
        _ connection: borrowing Connection
    ) throws {
        self.stage = stage
        self.now = now
        line = snapshot.projects[project]?.line ?? StageLine(stages: [])
        known = try FreightStanding.known(of: freight, in: project, connection)
        approvals = try FreightStanding.approvals(of: freight, in: stage, of: project, connection)
    }

    /// What is known of one Freight. A yes behind which whoever wants it in stands themselves does not count.
    func facts(of freight: String, without requester: String? = nil) -> FreightFacts {
        guard let entry = known[freight] else { return .unknown(freight) }
        return FreightFacts(
            entry, approvals[freight, default: []], for: stage, in: line, at: now, without: requester)
    }
}

extension FreightFacts {
    /// What a Freight is to a Stage. A yes behind which whoever wants it in stands themselves does not count.
    public init(
        _ known: FreightStanding.Known, _ approvals: [FreightStanding.Yes], for stage: String, in line: StageLine,
        at now: Instant, without requester: String?
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
            approvals: approvals.filter { $0.counts(for: requester) }.map(\.approval),
            skippedStages: answer.skipped)
    }
}
