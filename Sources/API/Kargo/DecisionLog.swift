import JSON
import Ledger
import Promotions
import Store

/// Writes down what a deployer outside was answered.
struct DecisionLog: Sendable {
    let question: KargoQuestion
    /// The Freight's ID, by whatever name it was asked for; the name where it is none.
    let freight: String
    let events: EventWriter

    /// What is asked for, and by whom, as equal refusals are counted.
    var key: RefusalStore.Key {
        .init(
            project: question.project, stage: question.stage, freight: freight, actor: events.caller.subject)
    }

    /// What was decided, and for whom.
    func event(_ code: EventCode, _ decision: Decision) -> AuditEvent {
        var details: [JSONValue.Member] = [
            .init("phase", .string(question.phase.rawValue)), .init("verdict", .string(decision.verdict.rawValue)),
            .init("code", .string(decision.code.rawValue)), .init("reason", .string(decision.reason)),
            .init("final", .bool(decision.isFinal)), .init("revision", .integer(decision.situation.revision)),
            .init("epoch", .integer(decision.situation.epoch)),
        ]
        if let actor = question.actor { details.append(.init("onBehalfOf", .string(actor))) }
        if decision.question.isRollback { details.append(.init("rollback", .bool(true))) }
        // Where the gates are only looked on, nobody was let past them.
        if let override = decision.override, !decision.isObserved {
            details.append(.init("override", .string(override.id)))
            details.append(.init("covers", .array(decision.coveredGates.map { .string($0) })))
        }
        return events.event(
            code, project: question.project, stage: question.stage, freight: freight,
            promotion: question.promotion, details: details)
    }
}
