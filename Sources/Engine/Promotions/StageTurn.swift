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

    /// Takes the turn; answers whether something ended well, so that those behind may go on.
    func take(_ connection: borrowing Connection) throws -> Bool {
        let rows = try PromotionWorkStore.holdUnfinished(into: stage, of: project, connection)
        guard !rows.isEmpty else { return false }
        var decisions: [String: Decision] = [:]
        for row in rows where row.promotion.isQueued {
            decisions[row.promotion.id] = try decision(on: row.promotion, connection)
        }
        var changed = try ended(rows.map(\.promotion), decisions)
        let rest = rows.map(\.promotion).filter { promotion in !changed.contains { $0.id == promotion.id } }
        let order = ground.snapshot.projects[project]?.stages[stage]?.plan?.policy.queue ?? .newestWins
        changed += try StageQueue(order: order).turn(rest, at: ground.now) {
            decisions[$0.id]?.isAllowed ?? false
        }
        for row in rows {
            let next = changed.first { $0.id == row.promotion.id }
            try apply(next, to: row, decisions[row.promotion.id], connection)
        }
        return changed.contains { $0.phase == .running }
    }

    private func decision(on promotion: Promotion, _ connection: borrowing Connection) throws -> Decision {
        let facts = try FreightFactsReader.facts(
            of: promotion.freight.id, for: stage, in: project, ground.snapshot, at: ground.now,
            without: promotion.requester, connection)
        return ground.decision(
            on: Admit.Request(project: project, stage: stage, isRollback: promotion.kind == .rollback),
            Admit.Facts(freight: facts))
    }

    /// Those that neither time nor a person lets in.
    private func ended(_ promotions: [Promotion], _ decisions: [String: Decision]) throws -> [Promotion] {
        try promotions.compactMap { promotion in
            guard let decision = decisions[promotion.id], decision.isFinal else { return nil }
            return try transition(promotion, on: .refused(decision.code))
        }
    }

    private func apply(
        _ next: Promotion?, to row: PromotionStore.Row, _ decision: Decision?, _ connection: borrowing Connection
    ) throws {
        guard let next else {
            if row.promotion.isQueued, let decision { try wait(row, decision, connection) }
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
    private func wait(_ row: PromotionStore.Row, _ decision: Decision, _ connection: borrowing Connection) throws {
        let hold: PromotionHold = decision.isAllowed ? .slot : .gate(decision.code)
        let waiting = try transition(row.promotion, on: .held(hold))
        let instants = [decision.nextOpen, decision.gates.compactMap(\.until).min(), row.promotion.waitUntil]
        let lookAt = instants.compactMap(\.self).filter { $0 > ground.now }.min()
        let reason = decision.isAllowed ? "another promotion has the Stage" : decision.reason
        try write(waiting, row, reason: reason, lookAt: lookAt, connection)
        if waiting.state != row.promotion.state { try append(.promotionHeld, waiting, decision, connection) }
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
