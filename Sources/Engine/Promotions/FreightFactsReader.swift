public import Postgres
public import Promotions
import Store
public import Time

/// What a project's database knows of a Freight, as far as one Stage is concerned.
public enum FreightFactsReader {
    /// Reads it, by the Stages as they stood in a snapshot. What whoever wants it in says to it themselves does not count.
    public static func facts(
        of name: String, for stage: String, in project: String, _ snapshot: Snapshot, at now: Instant,
        without requester: String? = nil, _ connection: borrowing Connection
    ) throws -> FreightFacts {
        guard let row = try FreightStore.freight(name, in: project, connection) else { return .unknown(name) }
        let line = snapshot.projects[project]?.line ?? StageLine(stages: [])
        let id = row.freight.id
        let answer = line.availability(
            of: try stays(of: id, in: project, connection), from: row.freight.warehouse, in: stage, at: now)
        let approvals = try FreightHistory.approvals(of: id, in: project, connection)
        return FreightFacts(
            id: id, standing: standing(of: row, in: stage, line), availability: answer.availability,
            verifiedSince: answer.verifiedSince,
            approvals: approvals.filter { $0.stage == stage && $0.by != requester }.map {
                .init(subject: $0.by, at: $0.at)
            },
            skippedStages: answer.skipped)
    }

    private static func standing(
        of row: FreightStore.Row, in stage: String, _ line: StageLine
    ) -> FreightFacts.Standing {
        if let rejection = row.rejection { return .rejected(reason: rejection.reason) }
        return line.stages[stage]?.request(for: row.freight.warehouse) == nil ? .wrongOrigin : .accepted
    }

    private static func stays(
        of freight: String, in project: String, _ connection: borrowing Connection
    ) throws -> [String: Stay] {
        let verifications = try FreightHistory.verifications(of: freight, in: project, connection)
        let occupancies = try FreightHistory.occupancies(of: freight, in: project, connection)
        var stays: [String: Stay] = [:]
        for stage in Set(verifications.map(\.stage)).union(occupancies.map(\.stage)) {
            let there = occupancies.filter { $0.stage == stage }
            stays[stage] = Stay(
                verifiedAt: verifications.first { $0.stage == stage }?.at,
                longest: there.compactMap { stay in stay.until.map { $0 - stay.since } }.max(),
                currentSince: there.first { $0.until == nil }?.since)
        }
        return stays
    }
}
