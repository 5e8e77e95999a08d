import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// A deployer outside asks whether its promotion may go on, in one transaction of the door.
///
/// It is judged anew each time it asks. What follows happens once for each promotion: the first answer that lets it in makes
/// the promotion, in the Stage's slot, and uses up the leave that it needs.
struct OutsideTurn: Sendable {
    let question: KargoQuestion
    let ground: Admit.Ground
    let events: EventWriter

    private var stage: String { question.stage }
    private var project: String { question.project }
    private var rules: Snapshot.Project? { ground.snapshot.projects[project] }

    /// It was not let on; thrown, so that nothing of the transaction stays.
    struct Refused: Error {
        let decision: Decision
    }

    /// What there is of a promotion, and what is decided of it.
    private struct Look {
        let row: PromotionStore.Row?
        let freight: FreightStore.Row?
        let decision: Decision
    }

    /// Whether it would be let on as things stand; throws the decision where it would not.
    func foresee(_ connection: borrowing Connection) throws { try check(look(connection)) }

    /// Lets it on, or throws the decision. Whoever calls holds the Stage.
    func letOn(_ connection: borrowing Connection) throws -> (Decision, event: Int64) {
        let look = try look(connection)
        try check(look)
        let decision = look.decision
        if let row = look.row {
            if let override = decision.overrideToSpend {
                try events.promotions(into: stage, of: project, ground.snapshot)
                    .spend(override, on: row.promotion, decision, connection)
            }
        } else if let freight = look.freight {
            let body = PromotionBody(outside: question.promotion, stage: stage, freight: freight.freight.id)
            try PromotionMaker(project: project, body: body, ground: ground, events: events)
                .letIn(freight, decision, connection)
        }
        let log = DecisionLog(question: question, events: events)
        return (decision, try log.append(.decisionAllowed, decision, connection))
    }

    private func check(_ look: Look) throws {
        guard look.decision.isAllowed else { throw Refused(decision: look.decision) }
    }

    private func look(_ connection: borrowing Connection) throws -> Look {
        let row = try PromotionStore.promotion(question.promotion, in: project, connection)
        let freight = try FreightStore.freight(question.freight, in: project, connection)
        let id = freight?.freight.id ?? question.freight
        let others = try PromotionStore.unfinished(into: stage, of: project, connection)
        let claim = try claim(row, id, others, connection)
        let request = Admit.Request(
            project: project, stage: stage, moment: moment(row),
            isRollback: try question.wantsRollback && isRollback(freight, connection), claim: claim)
        let decision = ground.decision(
            on: request, try facts(id, connection), try overrides(row, id, others, connection))
        return Look(row: row, freight: freight, decision: decision)
    }

    private func facts(_ freight: String, _ connection: borrowing Connection) throws -> FreightFacts {
        // Where Kargo orchestrates, its word on Freight counts, and nobody has told it here.
        guard rules?.policy?.orchestrator != .kargo else {
            return FreightFacts(id: freight, standing: .notMirrored, availability: .unknown)
        }
        return try FreightFactsReader.facts(
            of: freight, for: stage, in: project, ground.snapshot, at: ground.now, askedWith: events.caller.token.id,
            connection)
    }

    /// A name that nobody knows can use leave only where the leave is for it, or no other promotion is there to use it.
    private func overrides(
        _ row: PromotionStore.Row?, _ freight: String, _ others: [PromotionStore.Row],
        _ connection: borrowing Connection
    ) throws -> [Override] {
        guard row != nil || !others.contains(where: { $0.promotion.freight.id == freight }) else { return [] }
        return try Grants(for: [freight], in: stage, of: project, ground, connection)
            .overrides(for: question.promotion, of: freight, connection)
    }

    private func claim(
        _ row: PromotionStore.Row?, _ freight: String, _ others: [PromotionStore.Row],
        _ connection: borrowing Connection
    ) throws -> Question.Claim {
        if let promotion = row?.promotion { return claim(promotion, freight) }
        guard rules?.stages[stage]?.plan?.policy.work.isEmpty ?? true else {
            return .mismatch("Gatehouse itself deploys to \(stage), or verifies there: no deployer outside does")
        }
        guard try !PromotionStore.isTaken(question.promotion, connection) else {
            return .mismatch("'\(question.promotion)' is a promotion of another project")
        }
        let other = others.first { $0.promotion.phase.isActive || $0.promotion.freight.id == freight }
        return other.map { .slotTaken(by: $0.promotion.id) } ?? .fits
    }

    private func claim(_ promotion: Promotion, _ freight: String) -> Question.Claim {
        if promotion.stage != stage {
            return .mismatch("'\(promotion.id)' goes into \(promotion.stage), not into \(stage)")
        }
        if promotion.freight.id != freight {
            return .mismatch("'\(promotion.id)' is of Freight \(promotion.freight.id.prefix(12)), not of this")
        }
        if promotion.kind != .external { return .mismatch("Gatehouse itself promotes '\(promotion.id)'") }
        return promotion.phase.isTerminal ? .over(promotion.phase) : .fits
    }

    private func moment(_ row: PromotionStore.Row?) -> Question.Moment {
        // Who has not been let in yet enters, whatever they call it.
        guard row != nil, question.phase == .beforeSync else { return .entry }
        let timeout = rules?.stages[stage]?.plan?.policy.deploy?.timeout
        return .recheck(remaining: timeout ?? .seconds(0))
    }

    private func isRollback(_ freight: FreightStore.Row?, _ connection: borrowing Connection) throws -> Bool {
        guard let stamp = freight?.freight.stamp else { return false }
        let history = try RollbackReader(to: [stamp.id], in: stage, of: project, connection)
        return (try? history.rollback(to: stamp.id).check(stamp, isRejected: false)) != nil
    }
}
