import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// One Freight past named gates of one Stage, once: asked for, agreed to, taken back, looked at afterwards.
enum BreakGlassEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/break-glass"
        let readers = Access.oneOf(.readers)
        let approvers = Access.oneOf(Roles([.approver]))
        return [
            Endpoint(
                .post, "/v1/projects/{project}/stages/{stage}/break-glass", .oneOf(Roles([.operator])), of: service
            ) { request, caller in try await ask(request, caller, service) },
            Endpoint(.get, path, readers, of: service) { request, caller in try await list(request, caller, service) },
            Endpoint(.get, path + "/{override}", readers, of: service) { request, caller in
                try request.allowQuery()
                let (project, id) = (try request.project(for: caller), request.pathParameter("override"))
                let row = try await service.pool.withConnection { try OverrideStore.known(id, in: project, $0) }
                try request.check(caller, reaches: row.stage, of: project)
                return .json { json in row.write(into: &json, at: service.clock.now()) }
            },
            Endpoint(.post, path + "/{override}/approve", approvers, of: service) { request, caller in
                let note = try request.note()
                return try await change(request, caller, service) { change, connection in
                    try change.approve(note: note, connection)
                }
            },
            Endpoint(.post, path + "/{override}/deny", approvers, of: service) { request, caller in
                let reason = try request.reason()
                return try await change(request, caller, service) { change, connection in
                    try change.deny(because: reason, connection)
                }
            },
            Endpoint(.post, path + "/{override}/revoke", approvers, of: service) { request, caller in
                let reason = try request.reason()
                return try await change(request, caller, service) { change, connection in
                    try change.revoke(because: reason, connection)
                }
            },
            Endpoint(.post, path + "/{override}/review", approvers, of: service) { request, caller in
                let (outcome, note) = try request.review()
                return try await change(request, caller, service) { change, connection in
                    try change.review(outcome, note: note, connection)
                }
            },
        ]
    }

    private static func ask(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let (project, stage) = try request.stage(for: caller)
        let body = try BreakGlassBody(request)
        do {
            return try await service.act(request, by: caller, in: project) { connection, ground in
                try ground.snapshot.check(stage, of: project, for: caller)
                try StageCallStore.hold(stage, of: project, connection)
                let ground = try ground.later(service.clock.now()).forGrants()
                let freight = try FreightStore.known(body.freight ?? "", in: project, connection).freight.stamp
                let maker = OverrideMaker(
                    project: project, stage: stage, ground: ground,
                    events: EventWriter(request, by: caller, at: ground.now, service))
                let (row, decision) = try maker.make(body, for: freight, connection)
                let unknown = try body.promotion.flatMap { name in
                    try PromotionStore.isAwaited(name, freight.id, stage, project, connection) ? nil : name
                }
                // What could be used at once is used by whatever waits for it.
                try StageCallStore.call(project, stage: stage, connection)
                return Written(
                    status: 201, location: maker.path(to: row.id),
                    body: JSONWriter.object { json in
                        row.write(into: &json, at: ground.now)
                        json.name("decision")
                        json.beginObject()
                        decision.write(into: &json)
                        json.endObject()
                        if let unknown { json.member("warnings", [Self.warning(ofPromotion: unknown)]) }
                    })
            }
        } catch let refused as OverrideMaker.Refused {
            try await refused.tell(request, caller, stage: stage, of: project, service)
            throw refused.problem
        }
    }

    private static func warning(ofPromotion name: String) -> String {
        "no promotion '\(name)' of this Freight waits for the Stage: only one of exactly that name can use it. "
            + "A deployer outside may not have asked yet"
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("stage", "state", "reviewOverdue", "limit", "cursor")
        let project = try request.project(for: caller)
        let page = try Page(request)
        var search = OverrideStore.Search()
        search.stage = try request.queryStage(of: project, for: caller)
        search.stages = caller.grant.stages
        search.isReviewOverdue = try request.queryFlag("reviewOverdue")
        if let state = try request.queryValue("state") {
            guard let known = OverrideState(rawValue: state) else {
                let all = OverrideState.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.badField, "'state' is one of: \(all)", field: "state")
            }
            search.state = known
        }
        let now = service.clock.now()
        let rows = try await service.pool.withConnection { [search] connection in
            if let cursor = page.cursor, try OverrideStore.override(cursor, in: project, connection) == nil {
                throw Page.badCursor
            }
            let rows = try OverrideStore.page(
                of: project, search, after: page.cursor, limit: page.limit + 1, at: now, connection)
            if rows.isEmpty, page.cursor == nil { try AskedNames(stage: search.stage).check(in: project, connection) }
            return rows
        }
        return page.response("overrides", rows, path: request.path, cursor: \.id) { row, json in
            row.write(into: &json, at: now)
        }
    }

    private static func change(
        _ request: Request, _ caller: Caller, _ service: Service,
        _ change: @escaping @Sendable (OverrideChange, borrowing Connection) throws -> Void
    ) async throws -> Response {
        try request.allowQuery()
        let (project, id) = (try request.project(for: caller), request.pathParameter("override"))
        do {
            return try await service.act(request, by: caller, in: project) { connection, ground in
                let stage = try OverrideStore.known(id, in: project, connection).stage
                try request.check(caller, reaches: stage, of: project)
                try StageCallStore.hold(stage, of: project, connection)
                let now = try ground.later(service.clock.now()).forGrants().now
                // It may have been used while this waited for the Stage.
                let row = try OverrideStore.known(id, in: project, connection)
                try change(
                    OverrideChange(row: row, events: EventWriter(request, by: caller, at: now, service)), connection)
                let shown = try OverrideStore.known(id, in: project, connection)
                return Written(status: 200, body: JSONWriter.object { json in shown.write(into: &json, at: now) })
            }
        } catch let refused as OverrideChange.Refused {
            try await refused.tell(request, caller, service)
            throw refused.problem
        }
    }
}

extension Admit.Ground {
    /// The same, where its time can be trusted: by a wrong clock nobody's leave begins or ends.
    fileprivate func forGrants() throws(Problem) -> Admit.Ground {
        guard canTell else {
            throw Problem(
                .storeBusy, "this server cannot tell what time it is", hint: "ask again, or ask another server",
                headers: [Header("Retry-After", "1")])
        }
        return self
    }
}

extension OverrideMaker.Refused {
    /// Writes down who asked for what the policy does not have.
    func tell(
        _ request: Request, _ caller: Caller, stage: String, of project: String, _ service: Service
    ) async throws {
        try await service.pool.transaction { connection in
            try EventWriter(request, by: caller, at: service.clock.now(), service).append(
                .overrideRefused, project: project, stage: stage, freight: freight, reason: body.justification,
                details: [
                    .init("code", .string(problem.code.text)), .init("detail", .string(problem.detail)),
                    .init(
                        "bypasses", .array((body.wish.bypasses ?? []).prefix(20).map { .string(String($0.prefix(64))) })
                    ),
                ], connection)
        }
    }
}

extension OverrideChange.Refused {
    /// Writes down who tried what they may not.
    fileprivate func tell(_ request: Request, _ caller: Caller, _ service: Service) async throws {
        try await service.pool.transaction { connection in
            try EventWriter(request, by: caller, at: service.clock.now(), service).append(
                .overrideRefused, project: row.project, stage: row.stage, freight: row.freight,
                details: [
                    .init("override", .string(row.id)), .init("code", .string(problem.code.text)),
                    .init("requestedBy", .string(row.requestedBy)),
                ], connection)
        }
    }
}

extension PromotionStore {
    /// Whether a promotion of that name is on its way with a Freight into a Stage.
    fileprivate static func isAwaited(
        _ name: String, _ freight: String, _ stage: String, _ project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        guard let promotion = try promotion(name, in: project, connection)?.promotion else { return false }
        return !promotion.phase.isTerminal && promotion.freight.id == freight && promotion.stage == stage
    }
}

extension Request {
    /// A remark that may be left out, with the whole body.
    fileprivate func note() throws(Problem) -> String? {
        guard !body.isEmpty else { return nil }
        return try fields("note", read: { fields throws(JSONFieldError) in try fields.string("note", maximum: 2_000) })
    }

    fileprivate func review() throws(Problem) -> (OverrideStore.ReviewOutcome, String) {
        let (word, note) = try fields(
            "outcome", "note",
            read: { fields throws(JSONFieldError) in
                (try fields.requiredString("outcome"), try fields.requiredString("note", maximum: 2_000))
            })
        guard let outcome = OverrideStore.ReviewOutcome(rawValue: word) else {
            let all = OverrideStore.ReviewOutcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badField, "'outcome' is one of: \(all)", field: "outcome")
        }
        return (outcome, note)
    }
}
