import Engine
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Writes down who was not let on. Who asks again and again is written down once, and counted until the answer changes.
struct RefusalBook: Sendable {
    let log: DecisionLog
    let pool: Pool

    private var key: RefusalStore.Key {
        .init(
            project: log.question.project, stage: log.question.stage, freight: log.question.freight,
            actor: log.events.caller.subject)
    }

    /// Notes a refusal; answers the event that tells it.
    func note(_ decision: Decision) async throws -> Int64 {
        let (key, code, promotion) = (key, decision.code.rawValue, log.question.promotion)
        let now = log.events.now
        let event = try await pool.withConnection { connection in
            try RefusalStore.again(key, code: code, promotion: promotion, at: now, connection)
        }
        if let event { return event }
        do {
            return try await begin(decision)
        } catch let error as PostgresError where error.isUniqueViolation {
            // Somebody else asked the same at the same time.
            return try await begin(decision)
        }
    }

    private func begin(_ decision: Decision) async throws -> Int64 {
        let (key, code, promotion, log) = (key, decision.code.rawValue, log.question.promotion, log)
        return try await pool.transaction { connection in
            let now = log.events.now
            if let event = try RefusalStore.again(key, code: code, promotion: promotion, at: now, connection) {
                return event
            }
            try Self.end(key, log.events, connection)
            let event = try log.append(.decisionRefused, decision, connection)
            try RefusalStore.begin(key, code: code, promotion: promotion, event: event, at: now, connection)
            return event
        }
    }

    /// Ends a run, with its count where there was more than the first.
    private static func end(_ key: RefusalStore.Key, _ events: EventWriter, _ connection: borrowing Connection) throws {
        guard let run = try RefusalStore.end(key, connection), run.count > 1 else { return }
        try AuditStore.append(
            run.ending(at: events.now, actor: events.caller.actor, isDrill: events.isDrill)
                .during(events.session(of: key.stage, in: key.project)), connection)
    }

    /// Ends the run of whoever was let on.
    func end(_ connection: borrowing Connection) throws {
        try Self.end(key, log.events, connection)
    }
}
