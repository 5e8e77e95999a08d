import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Asks for break-glass: for one Freight, past named gates of one Stage, once.
struct OverrideMaker: Sendable {
    let project: String
    let stage: String
    let ground: Admit.Ground
    let events: EventWriter

    /// Why nothing came of a request. What was asked for and refused is told in the log, too.
    struct Refused: Error {
        let problem: Problem
        let freight: String
        let body: BreakGlassBody
    }

    /// Makes it; it can be used at once where nobody else has to agree. Whoever asks holds the Stage.
    func make(
        _ body: BreakGlassBody, for freight: FreightStamp, isRollback: Bool = false, promotion: String? = nil,
        _ connection: borrowing Connection
    ) throws -> (row: OverrideStore.Row, decision: Decision) {
        try endExpired(of: freight.id, connection)
        if let other = try OverrideStore.open(for: freight.id, in: stage, of: project, connection) {
            throw Problem(
                .overrideExists,
                "break-glass for this Freight in '\(stage)' is \(other.state(at: ground.now).rawValue)",
                hint: "use it, or revoke it", headers: [Header("Location", path(to: other.id))])
        }
        let facts = try FreightFactsReader.facts(
            of: freight.id, for: stage, in: project, ground.snapshot, at: ground.now,
            askedWith: events.caller.token.id,
            connection)
        let request = Admit.Request(project: project, stage: stage, isRollback: isRollback)
        let terms = try terms(body, ground.decision(on: request, Admit.Facts(freight: facts)), freight.id)
        let id = try TokenSecret.newTokenID()
        let draft = OverrideStore.Draft(
            id: id, project: project, stage: stage, freight: freight.id, promotion: promotion ?? body.promotion,
            terms: terms, coversUnknown: body.wish.coversUnknown, justification: body.justification,
            ticket: body.ticket)
        try OverrideStore.ask(
            draft, by: events.caller.token, at: ground.now, approveBy: ground.now + OverrideTimes.timeToAgree,
            connection)
        if terms.approvals == 0 {
            try OverrideStore.approve(id, at: ground.now, useBy: ground.now + terms.validFor, connection)
        }
        try append(draft, connection)
        let row = try OverrideStore.known(id, in: project, connection)
        let granted = Override(
            id: id, covers: Set(terms.bypasses), coversUnknown: body.wish.coversUnknown,
            state: row.state(at: ground.now))
        return (row, ground.decision(on: request, Admit.Facts(freight: facts, override: granted)))
    }

    func path(to id: String) -> String { "/v1/projects/\(project)/break-glass/\(id)" }

    private func terms(
        _ body: BreakGlassBody, _ decision: Decision, _ freight: String
    ) throws -> OverrideRequest.Terms {
        do throws(OverrideRequest.Refusal) {
            return try body.wish.terms(by: decision)
        } catch {
            throw Refused(problem: Problem(error, stage, decision), freight: freight, body: body)
        }
    }

    /// What has expired makes room, and says so before what comes in its place.
    private func endExpired(of freight: String, _ connection: borrowing Connection) throws {
        for expired in try OverrideStore.expire(at: ground.now, of: (project, stage, freight), connection) {
            try events.append(
                .overrideExpired, project: project, stage: stage, freight: freight,
                details: [.init("override", .string(expired.id))], connection)
        }
    }

    private func append(_ draft: OverrideStore.Draft, _ connection: borrowing Connection) throws {
        var details: [JSONValue.Member] = [
            .init("override", .string(draft.id)), .init("bypasses", .array(draft.terms.bypasses.map { .string($0) })),
            .init("approvals", .integer(Int64(draft.terms.approvals))),
            .init("validFor", .string(draft.terms.validFor.text)),
        ]
        if draft.coversUnknown { details.append(.init("coversUnknown", .bool(true))) }
        if let ticket = draft.ticket { details.append(.init("ticket", .string(ticket))) }
        try events.append(
            .overrideRequested, project: project, stage: stage, freight: draft.freight, promotion: draft.promotion,
            reason: draft.justification, details: details, connection)
    }
}

extension OverrideStore {
    /// The override of that name, which must be there.
    static func known(_ id: String, in project: String, _ connection: borrowing Connection) throws -> Row {
        guard let row = try override(id, in: project, connection) else {
            throw Problem(
                .noSuchOverride, "'\(project)' has no break-glass '\(id.prefix(64))'",
                hint: "GET /v1/projects/\(project)/break-glass lists them")
        }
        return row
    }
}

extension Problem {
    fileprivate init(_ refusal: OverrideRequest.Refusal, _ stage: String, _ decision: Decision) {
        switch refusal {
        case .neverPassed:
            self.init(
                .overrideNotAllowed, "nobody can pass a gate of '\(stage)': its policy has no breakGlass",
                hint: "a new revision of its StagePolicy could say which gates can be passed")
        case .notBypassable(let name, let bypasses):
            self.init(
                .overrideNotAllowed, "'\(name.prefix(64))' cannot be passed in '\(stage)'", field: "bypasses",
                hint: "these can: \(bypasses.joined(separator: ", "))")
        case .tooLong(let maximum):
            self.init(
                .overrideNotAllowed, "break-glass into '\(stage)' lasts \(maximum.text) at most", field: "validFor")
        case .nothingClosed(let bypasses):
            self.init(
                .overrideNotNeeded, "no gate that break-glass can pass is closed: \(decision.reason)",
                field: "bypasses", hint: "name those to pass later: \(bypasses.joined(separator: ", "))")
        }
    }
}
