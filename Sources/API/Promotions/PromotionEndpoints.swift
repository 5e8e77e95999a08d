import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Freight is wanted in a Stage, and what becomes of that.
enum PromotionEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/promotions"
        let readers = Access.oneOf(.readers)
        let operators = Access.oneOf(Roles([.operator]))
        return [
            Endpoint(.get, path, readers, of: service) { request, caller in try await list(request, caller, service) },
            Endpoint(.post, path, operators, of: service) { request, caller in
                try await make(request, caller, service)
            },
            Endpoint(.get, path + "/{promotion}", readers, of: service) { request, caller in
                try request.allowQuery()
                let (project, id) = (try request.project(for: caller), request.pathParameter("promotion"))
                return try await service.pool.withConnection { connection in
                    let row = try PromotionStore.known(id, in: project, connection)
                    return .json { json in row.write(into: &json) }
                }
            },
            Endpoint(.post, path + "/{promotion}/abort", operators, of: service) { request, caller in
                try await giveUp(request, caller, service)
            },
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("stage", "freight", "phase", "unfinished", "limit", "cursor")
        let project = try request.project(for: caller)
        let page = try Page(request)
        var search = PromotionStore.Search()
        search.stage = try request.queryValue("stage")
        search.freight = try request.queryValue("freight")
        search.isUnfinished = try request.queryFlag("unfinished")
        if let phase = try request.queryValue("phase") {
            guard let known = Promotion.Phase(rawValue: phase) else {
                let all = Promotion.Phase.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.badField, "'phase' is one of: \(all)", field: "phase")
            }
            search.phase = known
        }
        let rows = try await service.pool.withConnection { [search] connection in
            if let cursor = page.cursor, try PromotionStore.promotion(cursor, in: project, connection) == nil {
                throw Page.badCursor
            }
            var search = search
            if let name = search.freight, let row = try FreightStore.freight(name, in: project, connection) {
                search.freight = row.freight.id
            }
            return try PromotionStore.page(of: project, search, after: page.cursor, limit: page.limit + 1, connection)
        }
        return page.response("promotions", rows, path: request.path, cursor: \.promotion.id) { row, json in
            row.write(into: &json)
        }
    }

    private static func make(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        let body = try PromotionBody(request)
        try request.check(caller, reaches: body.stage, of: project)
        try await service.makeDecisionsCertain(of: project)
        let snapshot = service.decisions.mirror.value
        guard snapshot.projects[project]?.stages[body.stage] != nil else {
            guard snapshot.projects[project] != nil else { throw Problem.noProject(project) }
            throw Problem(
                .noSuchStage, "'\(project)' has no Stage '\(body.stage)'", field: "stage",
                hint: "GET /v1/projects/\(project) lists them")
        }
        let isDrill = service.clock.isDrill
        do {
            return try await service.write(request, by: caller) { connection, now in
                let maker = PromotionMaker(
                    project: project, body: body, caller: caller, snapshot: snapshot, now: now, requestID: request.id,
                    isDrill: isDrill)
                return try maker.make(connection)
            }
        } catch let refused as PromotionMaker.Refused {
            return GateEndpoints.response(to: refused.decision, status: refused.status)
        }
    }

    private static func giveUp(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let (project, id) = (try request.project(for: caller), request.pathParameter("promotion"))
        let reason = try request.fields(
            "reason", read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
        let isDrill = service.clock.isDrill
        return try await service.write(request, by: caller) { connection, now in
            let seen = try PromotionStore.known(id, in: project, connection)
            try request.check(caller, reaches: seen.promotion.stage, of: project)
            let held = try PromotionWorkStore.holdUnfinished(into: seen.promotion.stage, of: project, connection)
            guard let row = held.first(where: { $0.promotion.id == id }) else {
                // It may have ended while this waited for its row.
                let ended = try PromotionStore.known(id, in: project, connection).promotion.phase
                throw Problem(.promotionEnded, "the promotion has ended: \(ended.rawValue)")
            }
            let ended = try transition(row.promotion, on: .ended(.aborted))
            _ = try PromotionWorkStore.change(
                ended, lease: row.lease, reason: reason, lookAt: nil, at: now, connection)
            try PromotionWorkStore.wake(project, stage: ended.stage, at: now, connection)
            try AuditStore.append(
                AuditEvent(
                    .promotionEnded, at: now, actor: caller.actor, project: project, stage: ended.stage,
                    freight: ended.freight.id, promotion: id, reason: reason,
                    details: [
                        .init("phase", .string(ended.phase.rawValue)),
                        .init("code", .string(PromotionCode.aborted.rawValue)),
                    ],
                    requestID: request.id, isDrill: isDrill), connection)
            let shown = try PromotionStore.known(id, in: project, connection)
            return Written(status: 200, body: JSONWriter.object { json in shown.write(into: &json) })
        }
    }
}

extension PromotionStore {
    /// The promotion of that name, which must be there.
    fileprivate static func known(_ id: String, in project: String, _ connection: borrowing Connection) throws -> Row {
        guard let row = try promotion(id, in: project, connection) else {
            throw Problem(
                .noSuchPromotion, "'\(project)' has no promotion '\(id.prefix(128))'",
                hint: "GET /v1/projects/\(project)/promotions lists them")
        }
        return row
    }
}

extension PromotionStore.Row {
    /// The promotion as programs and people read it.
    func write(into json: inout JSONWriter) {
        json.member("id", promotion.id)
        json.member("project", project)
        json.member("stage", promotion.stage)
        json.member("freight", promotion.freight.id)
        json.member("warehouse", promotion.freight.warehouse)
        json.member("kind", promotion.kind.rawValue)
        json.member("phase", promotion.phase.rawValue)
        switch promotion.state {
        case .pending, .running, .verifying: break
        case .waiting(let hold): json.member("code", hold.code)
        case .ended(let code, let gate):
            json.member("code", code.rawValue)
            json.member("gate", gate?.rawValue)
        }
        json.member("reason", reason)
        json.member("requestedBy", promotion.requester)
        json.member("requestedAt", promotion.createdAt.text)
        json.member("waitUntil", promotion.waitUntil?.text)
        json.member("justification", justification)
        json.member("ticket", ticket)
        json.member("retryOf", retryOf)
        json.member("startedAt", startedAt?.text)
        json.member("endedAt", endedAt?.text)
    }
}
