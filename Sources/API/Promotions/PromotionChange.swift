import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// Somebody's word about a promotion that was made: it is given up, or its deployer tells what became of it.
struct PromotionChange: Sendable {
    private let row: PromotionStore.Row
    private let writer: PromotionWriter

    /// Gives a promotion up. What was sent of it is told to stop; nothing is put back.
    static func giveUp(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        let reason = try request.fields(
            "reason", read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
        return try await make(request, caller, service) { change, connection in
            try change.giveUp(.aborted, because: reason, connection)
        }
    }

    /// Takes a deployer's word for what became of what it was let do.
    static func report(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        let (outcome, reason) = try request.fields(
            "outcome", "reason",
            read: { fields throws(JSONFieldError) in
                (try fields.requiredString("outcome"), try fields.string("reason", maximum: 2_000))
            })
        let codes: [String: PromotionCode] = ["succeeded": .succeeded, "failed": .reportedFailed]
        guard let code = codes[outcome] else {
            throw Problem(.badField, "'outcome' is succeeded or failed", field: "outcome")
        }
        return try await make(request, caller, service) { change, connection in
            try change.report(code, because: reason, by: caller, connection)
        }
    }

    /// Ends all that wants into a Stage, or only what is at work there; answers what had been sent.
    static func giveUpAll(
        into stage: String, of project: String, _ code: PromotionCode, because reason: String, onlyActive: Bool = false,
        _ writer: PromotionWriter, _ connection: borrowing Connection
    ) throws {
        try StageCallStore.hold(stage, of: project, connection)
        for row in try PromotionStore.unfinished(into: stage, of: project, connection)
        where row.promotion.phase.isActive || !onlyActive {
            try PromotionChange(row: row, writer: writer).giveUp(code, because: reason, connection)
        }
    }

    private static func make(
        _ request: Request, _ caller: Caller, _ service: Service,
        _ act: @escaping @Sendable (PromotionChange, borrowing Connection) throws -> Void
    ) async throws -> Response {
        try request.allowQuery()
        let (project, id) = (try request.project(for: caller), request.pathParameter("promotion"))
        return try await service.act(request, by: caller, in: project) { connection, ground in
            let stage = try PromotionStore.known(id, in: project, connection).promotion.stage
            try request.check(caller, reaches: stage, of: project)
            try StageCallStore.hold(stage, of: project, connection)
            // It may have moved while this waited for the Stage.
            let row = try PromotionStore.known(id, in: project, connection)
            let writer = EventWriter(request, by: caller, at: ground.now, service)
                .promotions(into: stage, of: project, ground.snapshot)
            try act(PromotionChange(row: row, writer: writer), connection)
            let shown = try PromotionStore.known(id, in: project, connection)
            return Written(status: 200, body: JSONWriter.object { json in shown.write(into: &json) })
        }
    }

    private func giveUp(_ code: PromotionCode, because reason: String, _ connection: borrowing Connection) throws {
        try apply([.givenUp(code)], because: reason, connection)
        try StageCallStore.call(writer.project, stage: writer.stage, connection)
    }

    private func report(
        _ code: PromotionCode, because reason: String?, by caller: Caller, _ connection: borrowing Connection
    ) throws {
        guard row.promotion.kind == .external else {
            throw Problem(
                .promotionNotOutside, "Gatehouse itself does the work of '\(row.promotion.id)': nobody reports it")
        }
        let isTheirs = row.promotion.requester == caller.subject.name
        guard isTheirs || caller.grant.roles.contains(Roles([.operator])) else {
            throw Problem(
                .outOfReach,
                "'\(row.promotion.id)' is \(row.promotion.requester ?? "somebody")'s: they report it, or an operator")
        }
        // The look at the Stage that condemns it may be still to come.
        let freight = row.promotion.freight.id
        let known = try FreightStanding.known(of: [freight], in: row.project, connection)
        let isRejected = known[freight]?.rejection != nil && row.promotion.phase.isActive
        try apply((isRejected ? [.refused(.freightRejected)] : []) + [.ended(code)], because: reason, connection)
    }

    private func apply(_ events: [PromotionEvent], because reason: String?, _ connection: borrowing Connection) throws {
        var next = row.promotion
        do throws(TransitionRefusal) {
            for event in events { next = try transition(next, on: event) }
        } catch {
            let phase = row.promotion.phase
            guard phase.isTerminal else {
                throw Problem(
                    .promotionNotOutside, "the promotion is \(phase.rawValue): there is nothing to report yet")
            }
            throw Problem(.promotionEnded, "the promotion has ended: \(phase.rawValue)")
        }
        guard next != row.promotion else { return }
        if next.phase.isTerminal {
            try writer.end(next, from: row.promotion, reason: reason, connection)
        } else {
            try writer.move(next, reason: reason, connection)
        }
    }
}
