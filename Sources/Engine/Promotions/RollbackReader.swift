public import Postgres
public import Promotions
import Store

/// What a Stage's own history says of going back in it, read at once for all the Freight that is asked about.
public struct RollbackReader {
    private let stage: String
    /// What is deployed of each Warehouse, or current if that is newer: where going back has not gone well, it can be tried
    /// again.
    private let deployed: [FreightStamp]
    private let wereCurrent: Set<String>

    /// Reads what is known of going back to any of this Freight.
    public init(
        to freight: [String], in stage: String, of project: String, _ connection: borrowing Connection
    ) throws {
        self.stage = stage
        guard !freight.isEmpty else {
            (deployed, wereCurrent) = ([], [])
            return
        }
        let places =
            try StageHistoryStore.deployed(in: stage, of: project, connection)
            + StageHistoryStore.current(in: stage, of: project, connection)
        deployed = Array(
            Dictionary(places.map { ($0.freight.warehouse, $0.freight) }, uniquingKeysWith: max).values)
        wereCurrent = try StageHistoryStore.wereCurrent(freight, in: stage, of: project, connection)
    }

    /// Reads what those of these promotions rest on that are called rollbacks.
    init(
        among promotions: [Promotion], in stage: String, of project: String, _ connection: borrowing Connection
    ) throws {
        let rollbacks = promotions.filter { $0.kind == .rollback }
        try self.init(to: rollbacks.map(\.freight.id), in: stage, of: project, connection)
    }

    /// What is known of going back to one of them.
    public func rollback(to freight: String) -> Rollback {
        Rollback(wasCurrent: wereCurrent.contains(freight), deployed: deployed)
    }

    /// Whether a promotion is one: what goes forwards by the time it is let in passes the gates that lead forwards. Whether
    /// it is rejected, its gate tells.
    func isRollback(_ promotion: Promotion) -> Bool {
        guard promotion.kind == .rollback, promotion.stage == stage else { return false }
        return (try? rollback(to: promotion.freight.id).check(promotion.freight, isRejected: false)) != nil
    }
}
