import Engine
import Postgres
import Promotions
import Store
import Time

/// What is known of all that several deployers outside ask about, read at once, and what that decides.
struct OutsideReading {
    /// What there is of a promotion, and what is decided of it.
    struct Look {
        let row: PromotionStore.Row?
        let decision: Decision
    }

    private let named: [String: PromotionStore.Row]
    private let known: [FreightKey: FreightStanding.Known]
    private let underWay: [StageKey: [PromotionStore.UnderWay]]
    private let approvals: [PassageKey: [FreightStanding.Yes]]
    private let grants: Grants

    /// Reads it for questions, each with the token with which it is asked.
    init(
        _ asks: [(question: KargoQuestion, token: String)], _ snapshot: Snapshot, at now: Instant,
        _ connection: borrowing Connection
    ) throws {
        let questions = asks.map(\.question)
        named = try PromotionStore.promotions(named: Array(Set(questions.map(\.promotion))), connection)
        underWay = try PromotionStore.underWay(in: Set(questions.map(\.stageKey)), connection)
        let known = try FreightStanding.known(by: Set(questions.map(\.freightKey)), connection)
        var passages: [PassageKey: Set<String>] = [:]
        for (question, token) in asks {
            guard let passage = question.passage(of: known[question.freightKey]) else { continue }
            passages[passage, default: []].insert(token)
        }
        approvals = try FreightStanding.approvals(of: passages, connection)
        grants = try Grants(for: Set(passages.keys), snapshot, at: now, connection)
        self.known = known
    }

    /// The decision about one of them, for whoever asks with that token.
    func look(
        _ question: KargoQuestion, askedWith token: String, on ground: Admit.Ground, _ connection: borrowing Connection
    ) throws -> Look {
        let (row, rules) = (named[question.promotion], ground.snapshot.projects[question.project])
        let request = Admit.Request(
            project: question.project, stage: question.stage, moment: moment(of: question, row, rules),
            isRollback: try question.wantsRollback && isRollback(question, connection),
            claim: claim(of: question, row, rules))
        let decision = ground.decision(
            on: request, facts(of: question, askedWith: token, rules, at: ground.now),
            try overrides(of: question, row, connection))
        return Look(row: row?.project == question.project ? row : nil, decision: decision)
    }

    private func facts(
        of question: KargoQuestion, askedWith token: String, _ rules: Snapshot.Project?, at now: Instant
    ) -> FreightFacts {
        let known = known[question.freightKey]
        // Where Kargo orchestrates, its word on Freight counts, and nobody has told it here.
        if rules?.policy?.orchestrator == .kargo {
            return FreightFacts(
                id: known?.stamp.id ?? question.freight, standing: .notMirrored, availability: .unknown)
        }
        guard let known, let passage = question.passage(of: known) else { return .unknown(question.freight) }
        return FreightFacts(
            known, approvals[passage, default: []], for: question.stage, in: rules?.line ?? StageLine(stages: []),
            at: now, askedWith: token)
    }

    /// A name that nobody knows can use leave only where the leave is for it, or no other promotion is there to use it.
    private func overrides(
        of question: KargoQuestion, _ row: PromotionStore.Row?, _ connection: borrowing Connection
    ) throws -> [Override] {
        guard let passage = question.passage(of: known[question.freightKey]) else { return [] }
        let others = underWay[question.stageKey, default: []]
        guard row != nil || !others.contains(where: { $0.freight == passage.freight }) else { return [] }
        return try grants.overrides(for: question.promotion, of: passage, connection)
    }

    private func claim(
        of question: KargoQuestion, _ row: PromotionStore.Row?, _ rules: Snapshot.Project?
    ) -> Question.Claim {
        let freight = known[question.freightKey]?.stamp.id ?? question.freight
        if let row, row.project == question.project { return claim(row.promotion, freight, question) }
        if let claim = Question.Claim.againstWork(in: question.stage, rules) { return claim }
        guard row == nil else { return .mismatch("'\(question.promotion)' is a promotion of another project") }
        let others = underWay[question.stageKey, default: []]
        return others.first { $0.isActive || $0.freight == freight }.map { .slotTaken(by: $0.id) } ?? .fits
    }

    private func claim(_ promotion: Promotion, _ freight: String, _ question: KargoQuestion) -> Question.Claim {
        if promotion.stage != question.stage {
            return .mismatch("'\(promotion.id)' goes into \(promotion.stage), not into \(question.stage)")
        }
        if promotion.freight.id != freight {
            return .mismatch("'\(promotion.id)' is of Freight \(promotion.freight.id.prefix(12)), not of this")
        }
        if promotion.kind != .external { return .mismatch("Gatehouse itself promotes '\(promotion.id)'") }
        return promotion.phase.isTerminal ? .over(promotion.phase) : .fits
    }

    private func moment(
        of question: KargoQuestion, _ row: PromotionStore.Row?, _ rules: Snapshot.Project?
    ) -> Question.Moment {
        // Who has not been let in yet enters, whatever they call it.
        guard row?.project == question.project, question.phase == .beforeSync else { return .entry }
        let timeout = rules?.stages[question.stage]?.plan?.policy.deploy?.timeout
        return .recheck(remaining: timeout ?? .seconds(0))
    }

    private func isRollback(_ question: KargoQuestion, _ connection: borrowing Connection) throws -> Bool {
        guard let stamp = known[question.freightKey]?.stamp else { return false }
        let history = try RollbackReader(
            to: [stamp.id], in: question.stage, of: question.project, connection)
        return (try? history.rollback(to: stamp.id).check(stamp, isRejected: false)) != nil
    }
}

extension Question.Claim {
    /// What Gatehouse deploys or verifies itself nobody outside does: their word would count for what never was.
    static func againstWork(in stage: String, _ rules: Snapshot.Project?) -> Question.Claim? {
        let work = rules?.stages[stage]?.plan?.policy.work ?? []
        return work.isEmpty
            ? nil : .mismatch("Gatehouse itself deploys to \(stage), or verifies there: no deployer outside does")
    }
}

extension KargoQuestion {
    var stageKey: StageKey { StageKey(stage, of: project) }
    /// The Freight as it is called here: by its ID, or by an alias.
    var freightKey: FreightKey { FreightKey(freight, of: project) }

    fileprivate func passage(of known: FreightStanding.Known?) -> PassageKey? {
        known.map { PassageKey($0.stamp.id, in: stageKey) }
    }
}
