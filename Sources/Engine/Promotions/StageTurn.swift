import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// One look at all that want into a Stage, in the transaction of the door: who goes in, who waits on and for what, who ends.
///
/// A Stage that nothing is deployed to only records: what goes in there has succeeded at once.
struct StageTurn {
    let project: String
    let stage: String
    let ground: Admit.Ground
    let isDrill: Bool

    /// How soon what cannot be told is looked at again.
    private static let patience = TimeSpan.seconds(5)

    /// Takes the turn; answers whether something ended well, so that those behind may go on.
    func take(_ connection: borrowing Connection) throws -> Bool {
        // Where Kargo orchestrates, nothing is moved here.
        guard ground.snapshot.projects[project]?.policy?.orchestrator == .gatehouse else { return false }
        let rows = try PromotionWorkStore.holdUnfinished(into: stage, of: project, connection)
        guard !rows.isEmpty else { return false }
        var decisions: [String: Decision] = [:]
        for row in rows where row.promotion.isQueued {
            decisions[row.promotion.id] = try decision(on: row.promotion, connection)
        }
        var changed = try ended(rows.map(\.promotion), decisions)
        let rest = rows.map(\.promotion).filter { promotion in !changed.contains { $0.id == promotion.id } }
        let queue = StageQueue(
            order: policy?.queue ?? .newestWins, heldOrigins: try HoldStore.held(stage, of: project, connection))
        changed += try queue.turn(rest, at: ground.now) { onlyRecords && decisions[$0.id]?.isAllowed ?? false }
        for row in rows {
            let next = changed.first { $0.id == row.promotion.id }
            try apply(next, to: row, decisions[row.promotion.id], queue, connection)
        }
        return changed.contains { $0.phase == .running }
    }

    private var policy: StagePolicy? { ground.snapshot.projects[project]?.stages[stage]?.plan?.policy }

    /// Whether nothing is to be deployed or verified: then what goes in has succeeded at once, and nothing else has.
    private var onlyRecords: Bool { policy.map { $0.deploy == nil && $0.verify.isEmpty } ?? true }

    private func decision(on promotion: Promotion, _ connection: borrowing Connection) throws -> Decision {
        let facts = try FreightFactsReader.facts(
            of: promotion.freight.id, for: stage, in: project, ground.snapshot, at: ground.now,
            without: promotion.requester, connection)
        return ground.decision(
            on: Admit.Request(project: project, stage: stage, isRollback: try isRollback(promotion, connection)),
            Admit.Facts(freight: facts))
    }

    /// A rollback is one when it is let in: what goes forwards by then passes the gates that lead forwards.
    private func isRollback(_ promotion: Promotion, _ connection: borrowing Connection) throws -> Bool {
        guard promotion.kind == .rollback else { return false }
        let rollback = Rollback(
            wasCurrent: try StageHistoryStore.wasCurrent(
                promotion.freight.id, in: stage, of: project, connection),
            deployed: try StageHistoryStore.deployed(in: stage, of: project, connection).map(\.freight))
        // Whether it is rejected, its gate tells.
        return (try? rollback.check(promotion.freight, isRejected: false)) != nil
    }

    /// Those that neither time nor a person lets in.
    private func ended(_ promotions: [Promotion], _ decisions: [String: Decision]) throws -> [Promotion] {
        try promotions.compactMap { promotion in
            guard let code = decisions[promotion.id]?.finalCode, !code.mayPassLater else { return nil }
            return try transition(promotion, on: .refused(code))
        }
    }

    private func apply(
        _ next: Promotion?, to row: PromotionStore.Row, _ decision: Decision?, _ queue: StageQueue,
        _ connection: borrowing Connection
    ) throws {
        guard let next else {
            if row.promotion.isQueued, let decision { try wait(row, decision, queue, connection) }
            return
        }
        if next.phase == .running { return try succeed(next, row, decision, connection) }
        let reason = next.state == .ended(.superseded) ? "newer Freight went in before it" : decision?.reason
        try write(next, row, reason: reason, lookAt: nil, connection)
        try append(.promotionEnded, next, decision, connection)
    }

    /// It goes in, and that is all that there is to do.
    private func succeed(
        _ running: Promotion, _ row: PromotionStore.Row, _ decision: Decision?, _ connection: borrowing Connection
    ) throws {
        let done = try transition(running, on: .ended(.succeeded))
        try append(.promotionStarted, running, decision, connection)
        try write(done, row, reason: nil, lookAt: nil, connection)
        try StageHistoryStore.noteDeployed(done, in: project, at: ground.now, connection)
        try StageHistoryStore.makeCurrent(done, in: project, at: ground.now, connection)
        try StageHistoryStore.verify(done, in: project, at: ground.now, connection)
        try append(.promotionEnded, done, decision, connection)
    }

    /// It waits, and says for what; it is looked at again when time may have changed that.
    private func wait(
        _ row: PromotionStore.Row, _ decision: Decision, _ queue: StageQueue, _ connection: borrowing Connection
    ) throws {
        let (hold, reason) = hold(row.promotion, decision, queue)
        let waiting = try transition(row.promotion, on: .held(hold))
        let instants = [decision.nextOpen, decision.gates.compactMap(\.until).min(), row.promotion.waitUntil]
        var lookAt = instants.compactMap(\.self).filter { $0 > ground.now }.min()
        // What cannot be told now may be told soon, and nobody says when.
        if decision.verdict == .unknown {
            lookAt = min(lookAt ?? ground.now + Self.patience, ground.now + Self.patience)
        }
        try write(waiting, row, reason: reason, lookAt: lookAt, connection)
        if waiting.state != row.promotion.state { try append(.promotionHeld, waiting, decision, connection) }
    }

    private func hold(
        _ promotion: Promotion, _ decision: Decision, _ queue: StageQueue
    ) -> (PromotionHold, reason: String) {
        if !decision.isAllowed { return (.gate(decision.code), decision.reason) }
        if !onlyRecords { return (.deployer, "the gates are open, but nothing deploys to \(stage) or verifies it yet") }
        if !queue.mayEnter(promotion) {
            return (.origin, "nothing of '\(promotion.freight.warehouse)' goes into \(stage) by itself for now")
        }
        return (.slot, "another promotion goes into \(stage) first")
    }

    private func write(
        _ promotion: Promotion, _ row: PromotionStore.Row, reason: String?, lookAt: Instant?,
        _ connection: borrowing Connection
    ) throws {
        let isOurs = try PromotionWorkStore.change(
            promotion, lease: row.lease, reason: reason, lookAt: lookAt, at: ground.now, connection)
        // The row is held: only a mistake of ours gets here.
        guard isOurs else {
            throw PostgresError.unexpected("the promotion \(promotion.id) was changed while it was held")
        }
    }

    private func append(
        _ code: EventCode, _ promotion: Promotion, _ decision: Decision?, _ connection: borrowing Connection
    ) throws {
        var details: [JSONValue.Member] = [.init("phase", .string(promotion.phase.rawValue))]
        if case .ended(let code, let gate) = promotion.state {
            details.append(.init("code", .string(code.rawValue)))
            if let gate { details.append(.init("gate", .string(gate.rawValue))) }
        }
        if let decision {
            details += [
                .init("decision", .string(decision.code.rawValue)), .init("reason", .string(decision.reason)),
                .init("revision", .integer(decision.situation.revision)),
                .init("epoch", .integer(decision.situation.epoch)),
            ]
        }
        try AuditStore.append(
            AuditEvent(
                code, at: ground.now, actor: .system, project: project, stage: stage, freight: promotion.freight.id,
                promotion: promotion.id, details: details, isDrill: isDrill),
            connection)
    }
}
