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
        let reporters = Access.oneOf(Roles([.operator, .ci, .gate]))
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
                    try request.check(caller, reaches: row.promotion.stage, of: project)
                    let steps = try StepStore.steps(of: [id], connection)[id, default: []]
                    return .json { json in
                        row.write(into: &json)
                        json.member("steps", steps) { step, json in step.write(into: &json) }
                    }
                }
            },
            Endpoint(.post, path + "/{promotion}/abort", operators, of: service) { request, caller in
                try await PromotionChange.giveUp(request, caller, service)
            },
            Endpoint(.post, path + "/{promotion}/retry", operators, of: service) { request, caller in
                try await retry(request, caller, service)
            },
            Endpoint(.post, path + "/{promotion}/result", reporters, of: service) { request, caller in
                try await PromotionChange.report(request, caller, service)
            },
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("stage", "freight", "phase", "unfinished", "limit", "cursor")
        let project = try request.project(for: caller)
        let page = try Page(request)
        var search = PromotionStore.Search()
        search.stage = try request.queryStage(of: project, for: caller)
        search.stages = caller.grant.stages
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
            let rows = try PromotionStore.page(
                of: project, search, after: page.cursor, limit: page.limit + 1, connection)
            if rows.isEmpty, page.cursor == nil { try AskedNames(stage: search.stage).check(in: project, connection) }
            return rows
        }
        return page.response("promotions", rows, path: request.path, cursor: \.promotion.id) { row, json in
            row.write(into: &json)
        }
    }

    private static func make(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        return try await make(try PromotionBody(request), in: project, request, caller, service)
    }

    private static func retry(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let (project, id) = (try request.project(for: caller), request.pathParameter("promotion"))
        let reason = try request.fields(
            "reason", read: { fields throws(JSONFieldError) in try fields.string("reason", maximum: 2_000) })
        let row = try await service.pool.withConnection { try PromotionStore.known(id, in: project, $0) }
        try request.check(caller, reaches: row.promotion.stage, of: project)
        guard row.promotion.kind != .external else {
            throw Problem(
                .promotionNotRetried, "'\(id)' is of a deployer outside, which asks again by itself",
                hint: "let it try again there")
        }
        let phase = row.promotion.phase
        guard phase.isTerminal, phase != .succeeded, phase != .superseded else {
            throw Problem(
                .promotionNotRetried,
                "a promotion is retried that Failed, Errored or was Aborted; '\(id)' is \(phase.rawValue)",
                hint: "POST …/promotions makes a new one")
        }
        return try await make(PromotionBody(retrying: row, because: reason), in: project, request, caller, service)
    }

    private static func make(
        _ body: PromotionBody, in project: String, _ request: Request, _ caller: Caller, _ service: Service
    ) async throws -> Response {
        try request.check(caller, reaches: body.stage, of: project)
        do {
            return try await service.act(request, by: caller, in: project) { connection, ground in
                // Whoever is let in meanwhile was let in before this was asked for, and is not superseded by it.
                try StageCallStore.hold(body.stage, of: project, connection)
                let ground = ground.later(service.clock.now())
                let maker = PromotionMaker(
                    project: project, body: body, ground: ground,
                    events: EventWriter(request, by: caller, at: ground.now, service))
                return try maker.make(connection)
            }
        } catch let refused as OverrideMaker.Refused {
            try await refused.tell(request, caller, stage: body.stage, of: project, service)
            throw refused.problem
        } catch let refused as PromotionMaker.Refused {
            return try await refused.answer(service)
        }
    }
}

extension PromotionStore {
    /// The promotion of that name, which must be there.
    static func known(_ id: String, in project: String, _ connection: borrowing Connection) throws -> Row {
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
        case .running(.stopping(let code)): json.member("code", code.rawValue)
        case .pending, .running, .verifying: break
        case .waiting(let hold): json.member("code", hold.code)
        case .ended(let code, let gate):
            json.member("code", code.rawValue)
            json.member("gate", gate?.rawValue)
        }
        json.member("reason", reason)
        json.member("requestedBy", promotion.requester)
        json.member("requestedAt", promotion.createdAt.text)
        if promotion.isQueued { json.member("nextOpen", nextOpen?.text) }
        json.member("waitUntil", promotion.waitUntil?.text)
        json.member("deadline", deadline?.text)
        json.member("justification", justification)
        json.member("ticket", ticket)
        json.member("retryOf", retryOf)
        json.member("startedAt", startedAt?.text)
        json.member("endedAt", endedAt?.text)
    }
}
