import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Asks for a promotion. It lets nothing in: the loop does, when the gates do.
struct PromotionMaker: Sendable {
    private static let usualWait = TimeSpan.hours(24)

    let project: String
    let body: PromotionBody
    let ground: Admit.Ground
    let events: EventWriter

    private var caller: Caller { events.caller }
    private var snapshot: Snapshot { ground.snapshot }
    private var now: Instant { ground.now }

    /// Nothing was made; thrown, so that nothing is kept of it under a key either: asked again, it is judged anew.
    struct Refused: Error {
        let status: Int
        let decision: Decision
        let log: DecisionLog
    }

    /// 202 with the promotion. Refused with 423 where nothing was to wait, with 409 where nothing could ever change.
    func make(_ connection: borrowing Connection) throws -> Written {
        try snapshot.check(body.stage, of: project, field: "stage", for: caller)
        guard snapshot.projects[project]?.policy?.orchestrator != .kargo else {
            throw Problem(
                .kargoOrchestrates, "Kargo promotes in '\(project)'",
                hint: "its ProjectPolicy says 'orchestrator: kargo'")
        }
        if let waitUntil = body.waitUntil, waitUntil <= now {
            throw Problem(.badField, "'waitUntil' has passed: it is \(now.text)", field: "waitUntil")
        }
        let row = try FreightStore.known(body.freight, in: project, connection)
        try refuseSecond(of: row, connection)
        if body.kind == .rollback { try checkRollback(to: row, connection) }
        let id = PromotionID.make(stage: body.stage, freight: row.freight.id, at: now)
        let granted = try askForBreakGlass(row, id, connection)
        let decision = try decision(on: row, for: id, connection)
        let log = DecisionLog(
            question: KargoQuestion(body, freight: row.freight.id, name: id, in: project), freight: row.freight.id,
            events: events)
        if body.kind == .external { return try enter(row, decision, log, connection) }
        // What waits for others to agree to break-glass is stopped for good only by what that cannot pass.
        let code = (granted?.decision ?? decision).finalCode ?? decision.code
        let promotion: Promotion
        do throws(PromotionRequest.Refusal) {
            promotion = try wish(for: row, id).promotion(
                stoppedBy: decision.isAllowed ? nil : code, mayWaitAnyway: granted?.decision.isFinal == false,
                maxWait: decision.situation.plan?.policy.maxWait ?? Self.usualWait)
        } catch {
            switch error {
            case .never: throw Refused(status: 409, decision: decision, log: log)
            case .closed:
                throw Refused(status: decision.verdict == .unknown ? 503 : 423, decision: decision, log: log)
            }
        }
        try RefusalBook.endRuns(of: [log], connection)
        return try add(promotion, besides: granted?.row, connection)
    }

    /// Asks for break-glass besides; answers it, and the decision as if it were approved.
    private func askForBreakGlass(
        _ row: FreightStore.Row, _ id: String, _ connection: borrowing Connection
    ) throws -> (row: OverrideStore.Row, decision: Decision)? {
        guard let breakGlass = body.breakGlass else { return nil }
        return try OverrideMaker(project: project, stage: body.stage, ground: ground, events: events)
            .make(breakGlass, for: row.freight.stamp, isRollback: body.kind == .rollback, promotion: id, connection)
    }

    private func wish(for row: FreightStore.Row, _ id: String) -> PromotionRequest {
        PromotionRequest(
            id: id, stage: body.stage,
            freight: row.freight.stamp, kind: body.kind, requester: caller.subject.name, at: now,
            waitUntil: body.waitUntil, ifClosed: body.ifClosed)
    }

    private func decision(
        on row: FreightStore.Row, for id: String, _ connection: borrowing Connection
    ) throws -> Decision {
        let facts = try FreightFactsReader.facts(
            of: row.freight.id, for: body.stage, in: project, snapshot, at: now, askedWith: caller.token.id,
            connection)
        let claim =
            body.kind == .external ? Question.Claim.againstWork(in: body.stage, snapshot.projects[project]) : nil
        let asked = Admit.Request(
            project: project, stage: body.stage, isRollback: body.kind == .rollback, claim: claim)
        let passage = PassageKey(row.freight.id, in: StageKey(body.stage, of: project))
        let overrides = try Grants(for: [passage], snapshot, at: now, connection)
            .overrides(for: id, of: passage, connection)
        return ground.decision(on: asked, facts, overrides)
    }

    private func refuseSecond(of row: FreightStore.Row, _ connection: borrowing Connection) throws {
        let unfinished = try PromotionStore.unfinished(into: body.stage, of: project, connection)
        guard let other = unfinished.first(where: { $0.promotion.freight.id == row.freight.id }) else { return }
        throw Problem(
            .promotionExists,
            "'\(row.freight.alias)' is on its way into '\(body.stage)' already: \(other.promotion.id)",
            headers: [Header("Location", "/v1/projects/\(project)/promotions/\(other.promotion.id)")])
    }

    private func checkRollback(to row: FreightStore.Row, _ connection: borrowing Connection) throws {
        let history = try RollbackReader(to: [row.freight.id], in: body.stage, of: project, connection)
        do throws(Rollback.Refusal) {
            try history.rollback(to: row.freight.id).check(row.freight.stamp, isRejected: row.rejection != nil)
        } catch {
            throw Problem(error, row.freight.alias, body.stage)
        }
    }

    private func add(
        _ promotion: Promotion, besides granted: OverrideStore.Row?, _ connection: borrowing Connection
    ) throws -> Written {
        let holdsOrigin = try holdsOrigin(promotion, connection)
        try writer.ask(draft(promotion, holdsOrigin), connection)
        if holdsOrigin { try holdOrigin(promotion, connection) }
        try StageCallStore.call(project, stage: body.stage, connection)
        return try written(promotion, besides: granted, connection)
    }

    /// A deployer outside is let in at once or not at all.
    private func enter(
        _ row: FreightStore.Row, _ decision: Decision, _ log: DecisionLog, _ connection: borrowing Connection
    ) throws -> Written {
        guard decision.isAllowed else {
            let status = decision.verdict == .unknown ? 503 : decision.isFinal ? 409 : 423
            throw Refused(status: status, decision: decision, log: log)
        }
        let others = try PromotionStore.unfinished(into: body.stage, of: project, connection)
        if let other = others.first(where: \.promotion.phase.isActive) {
            throw Problem(
                .slotTaken, "\(other.promotion.id) is at work in '\(body.stage)'", hint: "ask again when it has ended",
                headers: [Header("Location", "/v1/projects/\(project)/promotions/\(other.promotion.id)")])
        }
        try RefusalBook.endRuns(of: [log], connection)
        return try written(letIn(row, decision, connection), connection)
    }

    /// Lets a deployer outside in, into the Stage's free slot; answers the promotion. Whoever calls holds the Stage.
    @discardableResult
    func letIn(
        _ row: FreightStore.Row, _ decision: Decision, _ connection: borrowing Connection
    ) throws -> Promotion {
        let promotion = Promotion(
            id: body.name ?? PromotionID.make(stage: body.stage, freight: row.freight.id, at: now), stage: body.stage,
            freight: row.freight.stamp, kind: .external, requester: caller.subject.name, createdAt: now)
        let holdsOrigin = try holdsOrigin(promotion, connection)
        try writer.enter(draft(promotion, holdsOrigin), decision, connection)
        if holdsOrigin { try holdOrigin(promotion, connection) }
        return promotion
    }

    private var writer: PromotionWriter { events.promotions(into: body.stage, of: project, snapshot) }

    private func draft(_ promotion: Promotion, _ holdsOrigin: Bool) -> PromotionStore.Draft {
        .init(
            project: project, promotion: promotion, token: caller.token, justification: body.justification,
            ticket: body.ticket, retryOf: body.retryOf, holdsOrigin: holdsOrigin)
    }

    private func written(
        _ promotion: Promotion, besides granted: OverrideStore.Row? = nil, _ connection: borrowing Connection
    ) throws -> Written {
        let added = try PromotionStore.known(promotion.id, in: project, connection)
        return Written(
            status: 202, location: "/v1/projects/\(project)/promotions/\(promotion.id)",
            body: JSONWriter.object { json in
                added.write(into: &json)
                guard let granted else { return }
                json.name("breakGlass")
                json.beginObject()
                granted.write(into: &json, at: now)
                json.endObject()
            })
    }

    /// What a person wants in the place of the candidate must not be undone by what goes in by itself.
    private func holdsOrigin(_ promotion: Promotion, _ connection: borrowing Connection) throws -> Bool {
        guard let stage = snapshot.projects[project]?.line.stages[body.stage], stage.isAutoPromoted else {
            return false
        }
        let auto = AutoTurn(project: project, stage: stage, snapshot: snapshot, now: now)
        let candidate = try auto.candidate(of: promotion.freight.warehouse, connection)
        return AutoPromotion.isHeld(by: promotion, candidate: candidate)
    }

    private func holdOrigin(_ promotion: Promotion, _ connection: borrowing Connection) throws {
        let warehouse = promotion.freight.warehouse
        let reason = "\(promotion.id) was asked for"
        let isNew = try HoldStore.hold(
            body.stage, of: project, warehouse: warehouse, by: caller.subject, because: reason, with: promotion.id,
            at: now, connection)
        guard isNew else { return }
        try events.append(
            .stageHeld, project: project, stage: body.stage, promotion: promotion.id, reason: reason,
            details: [.init("warehouse", .string(warehouse))], connection)
    }
}

extension Problem {
    fileprivate init(_ refusal: Rollback.Refusal, _ alias: String, _ stage: String) {
        switch refusal {
        case .rejected: self.init(.rollbackRejected, "'\(alias)' is rejected: nothing goes back to it")
        case .neverCurrent: self.init(.rollbackNeverCurrent, "'\(alias)' has never been current in '\(stage)'")
        case .nothingDeployed:
            self.init(.rollbackNothingDeployed, "nothing is deployed to '\(stage)' that could be taken back")
        case .notOlder: self.init(.rollbackNotOlder, "'\(alias)' is not older than what is deployed to '\(stage)'")
        }
    }
}
