import Postgres
import Promotions
import Store
import Time

/// One look at a Stage, in the transaction of the door: what is promoted without anybody asking, who of all that want in goes
/// in, who waits on and for what, who ends.
///
/// A Stage that nothing is deployed to only records: what goes in there has succeeded at once.
struct StageTurn {
    let project: String
    let stage: String
    let ground: Admit.Ground
    let executors: Executors
    let leaseSpan: TimeSpan
    let isDrill: Bool

    /// How soon what cannot be told is looked at again.
    private static let patience = TimeSpan.seconds(5)
    /// How long nothing is looked at that may go in by itself: should a call ever be lost, no more than this is.
    private static let longestSilence = TimeSpan.minutes(10)

    /// What a turn came to.
    enum Outcome: Sendable {
        /// Somebody else has the Stage in their hands: it is looked at when they have let it go.
        case busy
        /// It was taken, and this was let in and is now to be worked on.
        case taken(PromotionWorkStore.Lease?)
    }

    /// Takes the turn.
    func take(_ connection: borrowing Connection) throws -> Outcome {
        guard try StageCallStore.tryHold(stage, of: project, connection) else { return .busy }
        try StageCallStore.answer(stage, of: project, connection)
        // Where Kargo orchestrates, nothing is moved here.
        guard let rules = ground.snapshot.projects[project], rules.policy?.orchestrator == .gatehouse,
            let line = rules.line.stages[stage]
        else {
            try StageCallStore.lookAgain(stage, of: project, at: nil, connection)
            return .taken(nil)
        }
        var rows = try PromotionStore.unfinished(into: stage, of: project, connection)
        let auto = AutoTurn(project: project, stage: line, snapshot: ground.snapshot, now: ground.now)
        let wanted = try auto.wanted(beside: rows.map(\.promotion), connection)
        for freight in wanted.freight { rows.append(try ask(for: freight, connection)) }
        let table = try StageTable(rows: rows, wanted: wanted, turn: self, connection)
        let lease = try table.settle(connection)
        var due = [wanted.nextLook, table.nextLook(patience: Self.patience), nextDisablingEnd(rules.line)]
        if line.isAutoPromoted || !rows.isEmpty { due.append(ground.now + Self.longestSilence) }
        try StageCallStore.lookAgain(stage, of: project, at: due.compactMap(\.self).min(), connection)
        return .taken(lease)
    }

    var line: Stage? { ground.snapshot.projects[project]?.line.stages[stage] }
    var policy: StagePolicy? { ground.snapshot.projects[project]?.stages[stage]?.plan?.policy }

    var writer: PromotionWriter {
        PromotionWriter(
            project: project, stage: stage, snapshot: ground.snapshot, now: ground.now, isDrill: isDrill)
    }

    private func ask(
        for freight: FreightStamp, _ connection: borrowing Connection
    ) throws -> PromotionStore.Row {
        let promotion = Promotion(
            id: PromotionID.make(stage: stage, freight: freight.id, at: ground.now), stage: stage, freight: freight,
            kind: .auto, createdAt: ground.now)
        try writer.ask(.init(project: project, promotion: promotion, token: nil), connection)
        guard let row = try PromotionStore.promotion(promotion.id, in: project, connection) else {
            throw PostgresError.unexpected("a new promotion is not there")
        }
        return row
    }

    /// A Stage that is enabled by time alone lets others be promoted by themselves.
    private func nextDisablingEnd(_ line: StageLine) -> Instant? {
        line.disablings.values.compactMap(\.end).filter { $0 > ground.now }.min()
    }
}
