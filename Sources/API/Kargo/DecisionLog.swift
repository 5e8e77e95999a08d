import JSON
import Ledger
import Postgres
import Promotions
import Store

/// Writes down what a deployer outside was answered.
struct DecisionLog: Sendable {
    let question: KargoQuestion
    let events: EventWriter

    /// What is asked for, and by whom, as equal refusals are counted.
    var key: RefusalStore.Key {
        .init(
            project: question.project, stage: question.stage, freight: question.freight, actor: events.caller.subject)
    }

    /// Writes down what was decided, and for whom.
    func append(
        _ code: EventCode, _ decision: Decision, _ connection: borrowing Connection
    ) throws -> Int64 {
        var details: [JSONValue.Member] = [
            .init("phase", .string(question.phase.rawValue)), .init("verdict", .string(decision.verdict.rawValue)),
            .init("code", .string(decision.code.rawValue)), .init("reason", .string(decision.reason)),
            .init("final", .bool(decision.isFinal)), .init("revision", .integer(decision.situation.revision)),
            .init("epoch", .integer(decision.situation.epoch)),
        ]
        if let actor = question.actor { details.append(.init("onBehalfOf", .string(actor))) }
        if let override = decision.override {
            details.append(.init("override", .string(override.id)))
            details.append(.init("covers", .array(decision.coveredGates.map { .string($0) })))
        }
        return try events.append(
            numbered: code, project: question.project, stage: question.stage,
            freight: decision.freight?.id ?? question.freight,
            promotion: question.promotion, details: details, connection)
    }
}
