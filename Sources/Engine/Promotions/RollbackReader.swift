public import Postgres
public import Promotions
import Store

/// What a Stage's own history says of going back in it.
public enum RollbackReader {
    /// What is known of going back to a Freight. Of what is deployed and what is current the newer counts: where going back
    /// has not gone well, it can be tried again.
    public static func rollback(
        to freight: String, in stage: String, of project: String, _ connection: borrowing Connection
    ) throws -> Rollback {
        let places =
            try StageHistoryStore.deployed(in: stage, of: project, connection)
            + StageHistoryStore.current(in: stage, of: project, connection)
        let newest = Dictionary(places.map { ($0.freight.warehouse, $0.freight) }, uniquingKeysWith: max)
        return Rollback(
            wasCurrent: try StageHistoryStore.wasCurrent(freight, in: stage, of: project, connection),
            deployed: Array(newest.values))
    }

    /// Whether a promotion is one: what goes forwards by the time it is let in passes the gates that lead forwards. Whether
    /// it is rejected, its gate tells.
    static func isRollback(
        _ promotion: Promotion, in project: String, _ connection: borrowing Connection
    ) throws -> Bool {
        guard promotion.kind == .rollback else { return false }
        let rollback = try rollback(to: promotion.freight.id, in: promotion.stage, of: project, connection)
        return (try? rollback.check(promotion.freight, isRejected: false)) != nil
    }
}
