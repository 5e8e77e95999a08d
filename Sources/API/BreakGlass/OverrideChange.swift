import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Somebody's word about break-glass that was asked for. Whoever says it holds the Stage, so that nobody uses it meanwhile.
struct OverrideChange: Sendable {
    let row: OverrideStore.Row
    let events: EventWriter

    private var caller: Caller { events.caller }
    private var now: Instant { events.now }
    private var state: OverrideState { row.state(at: now) }

    /// Who may not, and tried.
    struct Refused: Error {
        let problem: Problem
        let row: OverrideStore.Row
    }

    /// Agrees. Once enough others have, whatever waits for it is looked at.
    func approve(note: String?, _ connection: borrowing Connection) throws {
        if row.agreed.contains(where: { $0.by == caller.subject.name }), state != .expired { return }
        try check(isOpen: .requested)
        try consent(note, connection)
        var left = row.approvals - row.agreed.count - 1
        if left <= 0 {
            left = 0
            try OverrideStore.approve(row.id, at: now, useBy: now + row.times.validFor, connection)
            try StageCallStore.call(row.project, stage: row.stage, connection)
        }
        try append(.overrideApproved, note, [.init("approvalsMissing", .integer(Int64(left)))], connection)
    }

    private func consent(_ note: String?, _ connection: borrowing Connection) throws {
        do {
            try OverrideStore.agree(to: row.id, by: caller.token, note: note, at: now, connection)
        } catch {
            throw refusal(of: error, .ownApproval)
        }
    }

    private func look(
        _ outcome: OverrideStore.ReviewOutcome, _ note: String, _ connection: borrowing Connection
    ) throws {
        do {
            try OverrideStore.review(row.id, by: caller.token, outcome, note: note, at: now, connection)
        } catch {
            throw refusal(of: error, .ownReview)
        }
    }

    /// The schema knows who is another person.
    private func refusal(of error: PostgresError, _ code: ProblemCode) -> any Error {
        Problem.ownWord(error, code).map { Refused(problem: $0, row: row) } ?? error
    }

    /// Says no, for good.
    func deny(because reason: String, _ connection: borrowing Connection) throws {
        try check(isOpen: .requested)
        try end(as: .denied, .overrideDenied, reason, connection)
    }

    /// Takes it back before it is used.
    func revoke(because reason: String, _ connection: borrowing Connection) throws {
        try check(isOpen: .requested, .approved)
        try end(as: .revoked, .overrideRevoked, reason, connection)
    }

    /// Says what its use was worth.
    func review(
        _ outcome: OverrideStore.ReviewOutcome, note: String, _ connection: borrowing Connection
    ) throws {
        guard row.use != nil else {
            throw Problem(.overrideNotUsed, "break-glass '\(row.id)' has not been used: it is \(state.rawValue)")
        }
        guard row.review == nil else {
            throw Problem(.overrideReviewed, "\(row.review?.by ?? "somebody") has looked at '\(row.id)' before")
        }
        try look(outcome, note, connection)
        try append(.overrideReviewed, note, [.init("outcome", .string(outcome.rawValue))], connection)
    }

    private func check(isOpen states: OverrideState...) throws(Problem) {
        guard !states.contains(state) else { return }
        if state == .approved && states == [.requested] {
            throw Problem(
                .overrideEnded, "break-glass '\(row.id)' is approved already", hint: "POST …/revoke takes it back")
        }
        throw Problem(.overrideEnded, "break-glass '\(row.id)' is \(state.rawValue)")
    }

    private func end(
        as state: OverrideState, _ code: EventCode, _ reason: String, _ connection: borrowing Connection
    ) throws {
        guard
            try OverrideStore.end(row.id, as: state, by: caller.subject, because: reason, at: now, connection)
        else { throw PostgresError.unexpected("break-glass that is open cannot be ended") }
        try append(code, reason, [], connection)
    }

    private func append(
        _ code: EventCode, _ reason: String?, _ details: [JSONValue.Member], _ connection: borrowing Connection
    ) throws {
        let own: [JSONValue.Member] = [
            .init("override", .string(row.id)), .init("requestedBy", .string(row.requestedBy)),
            .init("bypasses", .array(row.bypasses.map { .string($0) })),
        ]
        try events.append(
            code, project: row.project, stage: row.stage, freight: row.freight, promotion: row.use?.promotion,
            reason: reason, details: own + details, connection)
    }
}
