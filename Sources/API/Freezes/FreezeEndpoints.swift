import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Store
import Time

/// The line is stopped, and let go on.
enum FreezeEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(.get, "/v1/freezes", .oneOf(.readers), of: service) { request, caller in
                try await list(request, caller, service)
            },
            Endpoint(.post, "/v1/freezes", .oneOf(Roles([.operator, .approver, .admin])), of: service) {
                request, caller in
                try await start(request, caller, service)
            },
            Endpoint(.get, "/v1/freezes/{id}", .oneOf(.readers), of: service) { request, caller in
                try request.allowQuery()
                let id = request.pathParameter("id")
                let row = try await service.pool.withConnection { try FreezeStore.freeze(id, $0) }
                let freeze = try visible(row, id, to: caller)
                return .json { json in freeze.write(into: &json, at: service.clock.now()) }
            },
            Endpoint(.post, "/v1/freezes/{id}/end", .oneOf(Roles([.approver])), of: service) { request, caller in
                try await end(request, caller, service)
            },
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("active", "limit", "cursor")
        let page = try Page(request)
        let active = try request.queryValue("active") == nil ? nil : request.queryFlag("active")
        let now = service.clock.now()
        let rows = try await service.pool.withConnection { connection in
            try FreezeStore.page(
                after: page.cursor, limit: page.limit + 1, projects: caller.grant.projects, active: active, at: now,
                connection)
        }
        return page.response("freezes", rows, path: request.path, cursor: \.id) { row, json in
            row.write(into: &json, at: now)
        }
    }

    private static func start(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let body = try FreezeBody(request)
        try caller.checkReaches(body.project, body.stage)
        let id = try TokenSecret.newTokenID()
        let response = try await service.write(request, by: caller) { connection, _ in
            let change = try FreezeChange.begin(body.project, request, caller, service, connection)
            try change.start(body, id, connection)
            return Written(
                status: 201, location: "/v1/freezes/\(id)", body: try change.answer(id, showsInFlight: true, connection)
            )
        }
        await service.decisions.mirror.refresh()
        return response
    }

    private static func end(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let id = request.pathParameter("id")
        let reason = try request.fields(
            "reason", read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
        let response = try await service.write(request, by: caller) { connection, _ in
            // What a freeze reaches never changes: it can be read before the lock that depends on it.
            let freeze = try visible(FreezeStore.freeze(id, connection), id, to: caller)
            try caller.checkReaches(freeze.project, freeze.stage)
            let change = try FreezeChange.begin(freeze.project, request, caller, service, connection)
            try change.end(freeze, because: reason, connection)
            return Written(status: 200, body: try change.answer(id, connection))
        }
        await service.decisions.mirror.refresh()
        return response
    }

    /// A freeze of a project beyond the caller's is none for them; one of everything is everybody's.
    private static func visible(
        _ row: FreezeStore.Row?, _ id: String, to caller: Caller
    ) throws(Problem) -> FreezeStore.Row {
        guard let row, row.project.map({ caller.grant.projects?.contains($0) ?? true }) ?? true else {
            throw Problem(.noSuchFreeze, "there is no freeze '\(id.prefix(64))'", hint: "GET /v1/freezes lists them")
        }
        return row
    }
}

extension Caller {
    /// Refuses to stop, or let go on, what the token does not wholly reach.
    fileprivate func checkReaches(_ project: String?, _ stage: String?) throws(Problem) {
        let reaches =
            project.map { grant.reaches(project: $0, stage: stage) } ?? (grant.projects == nil && grant.stages == nil)
        guard !reaches else { return }
        let scope = stage ?? project ?? "everything"
        throw Problem(
            .outOfReach, "the token '\(token.name)' does not reach all that this freeze stops: \(scope.prefix(64))")
    }
}
