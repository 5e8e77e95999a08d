import Engine
import HTTPServer
import Identity
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Deployers outside ask whether their promotions may go on: all who ask at once are answered in one transaction.
///
/// Each is judged anew each time it asks. What follows happens once for each promotion: the first answer that lets it in
/// makes the promotion, in the Stage's slot, and uses up the leave that it needs.
struct OutsideRound {
    /// One question.
    struct Ask: Sendable {
        let question: KargoQuestion
        let request: Request
        let caller: Caller
        let service: Service
    }

    /// What became of a question.
    enum Outcome: Sendable {
        /// This, and the event that tells it.
        case answered(Decision, event: Int64)
        /// The token is valid no more.
        case badToken
        /// It would have to wait for somebody, or for another question of this round: it is to be asked alone.
        case later
    }

    /// How a question stands in the course of the round.
    private struct Case {
        let ask: Ask
        var look: OutsideReading.Look?
        var outcome: Outcome?

        var isAllowed: Bool { look?.decision.isAllowed ?? false }
    }

    private let grounds: [String: Admit.Ground]
    /// Whether it waits for whoever has a Stage in their hands.
    private let waits: Bool
    private var cases: [Case]
    private var held: Set<StageKey> = []

    init(_ asks: [Ask], _ grounds: [String: Admit.Ground], waits: Bool) {
        (self.grounds, self.waits) = (grounds, waits)
        cases = asks.map { Case(ask: $0, outcome: grounds[$0.question.project] == nil ? .later : nil) }
    }

    /// Answers all, in their order, and does what follows.
    mutating func take(_ connection: borrowing Connection) throws -> [Outcome] {
        try checkTokens(connection)
        try hold(stagesAtWork(connection), connection)
        try look(at: open, connection)
        // Only who could go in waits for those who are looking at the Stage; what they do may change the answer.
        let entering = open.filter { cases[$0].isAllowed && !held.contains(cases[$0].ask.question.stageKey) }
        try hold(Set(entering.map { cases[$0].ask.question.stageKey }), connection)
        try look(at: entering.filter { cases[$0].outcome == nil }, connection)
        try settle(connection)
        return cases.map { $0.outcome ?? .later }
    }

    private var open: [Int] { cases.indices.filter { cases[$0].outcome == nil } }

    private mutating func checkTokens(_ connection: borrowing Connection) throws {
        guard let now = grounds.values.first?.now else { return }
        // The tokens were found in memory: what they let somebody change, they let them change while they are valid.
        let valid = try TokenStore.holdValid(Set(open.map { cases[$0].ask.caller.token.id }), at: now, connection)
        for place in open where !valid.contains(cases[place].ask.caller.token.id) { cases[place].outcome = .badToken }
    }

    /// The Stages of those who are in already and ask again: what is read of them is read once they are held.
    private func stagesAtWork(_ connection: borrowing Connection) throws -> Set<StageKey> {
        let questions = open.map { cases[$0].ask.question }
        return try PromotionStore.stagesAtWork(on: Set(questions.map(\.promotion)), connection)
            .intersection(questions.map(\.stageKey))
    }

    private mutating func hold(_ stages: Set<StageKey>, _ connection: borrowing Connection) throws {
        if waits {
            for stage in stages { try StageCallStore.hold(stage.stage, of: stage.project, connection) }
            held.formUnion(stages)
            return
        }
        let free = try StageCallStore.tryHold(stages, connection)
        held.formUnion(free)
        for place in open where stages.subtracting(free).contains(cases[place].ask.question.stageKey) {
            cases[place].outcome = .later
        }
    }

    private mutating func look(at places: [Int], _ connection: borrowing Connection) throws {
        guard let ground = grounds.values.first, let now = places.first.map({ cases[$0].ask.service.clock.now() })
        else {
            return
        }
        let reading = try OutsideReading(
            places.map { (cases[$0].ask.question, cases[$0].ask.caller.token.id) }, ground.snapshot,
            at: max(now, ground.now), connection)
        for place in places {
            let ask = cases[place].ask
            guard let ground = grounds[ask.question.project]?.later(now) else { continue }
            cases[place].look = try reading.look(
                ask.question, askedWith: ask.caller.token.id, on: ground, connection)
        }
    }

    /// Lets on who may go on, and writes all of it down.
    private mutating func settle(_ connection: borrowing Connection) throws {
        var letOn: [(place: Int, log: DecisionLog, decision: Decision)] = []
        var refused: [(place: Int, note: RefusalBook.Note)] = []
        var changed: Set<StageKey> = []
        for place in open {
            guard let look = cases[place].look else { continue }
            let log = log(of: cases[place].ask, look.decision)
            guard look.decision.isAllowed else {
                refused.append((place, .init(log: log, decision: look.decision)))
                continue
            }
            if look.row == nil || look.decision.overrideToSpend != nil {
                // What the first of them does is not in what was read for the second.
                guard changed.insert(log.question.stageKey).inserted else {
                    cases[place].outcome = .later
                    continue
                }
                try letIn(look, log, connection)
            }
            letOn.append((place, log, look.decision))
        }
        let events = try AuditStore.append(
            numbered: letOn.map { $0.log.event(.decisionAllowed, $0.decision) }, connection)
        for (one, event) in zip(letOn, events) { cases[one.place].outcome = .answered(one.decision, event: event) }
        let told = try RefusalBook.write(refused: refused.map(\.note), letOn: letOn.map(\.log), connection)
        for (one, event) in zip(refused, told) {
            cases[one.place].outcome = .answered(one.note.decision, event: event)
        }
    }

    private func log(of ask: Ask, _ decision: Decision) -> DecisionLog {
        DecisionLog(
            question: ask.question, freight: decision.freight?.id ?? ask.question.freight,
            events: EventWriter(ask.request, by: ask.caller, at: decision.question.at, ask.service))
    }

    private func letIn(_ look: OutsideReading.Look, _ log: DecisionLog, _ connection: borrowing Connection) throws {
        let (question, events) = (log.question, log.events)
        guard let ground = grounds[question.project]?.later(events.now) else { return }
        if let row = look.row {
            guard let override = look.decision.overrideToSpend else { return }
            try events.promotions(into: question.stage, of: question.project, ground.snapshot)
                .spend(override, on: row.promotion, look.decision, connection)
            return
        }
        let freight = try FreightStore.known(question.freight, in: question.project, connection)
        let body = PromotionBody(outside: question.promotion, stage: question.stage, freight: freight.freight.id)
        try PromotionMaker(project: question.project, body: body, ground: ground, events: events)
            .letIn(freight, look.decision, connection)
    }
}
