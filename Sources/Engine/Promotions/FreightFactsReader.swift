public import Postgres
public import Promotions
import Store
public import Time

/// What a project's database knows of a Freight, as far as one Stage is concerned.
public enum FreightFactsReader {
    /// Reads it, by the Stages as they stood in a snapshot. What whoever wants it in with a token says to it themselves
    /// does not count.
    public static func facts(
        of name: String, for stage: String, in project: String, _ snapshot: Snapshot, at now: Instant,
        askedWith token: String? = nil, _ connection: borrowing Connection
    ) throws -> FreightFacts {
        guard let row = try FreightStore.freight(name, in: project, connection) else { return .unknown(name) }
        let id = row.freight.id
        return try StageFacts(
            of: [id], for: stage, in: project, snapshot, at: now, askedWith: token.map { [$0] } ?? [], connection
        ).facts(of: id, askedWith: token)
    }
}
