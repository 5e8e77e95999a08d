import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// Releases: made, found, named, rejected and reinstated.
enum FreightEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/freight"
        return [
            Endpoint(.get, path, readers, of: service) { request, caller in try await list(request, caller, service) },
            Endpoint(.post, path, .oneOf(Roles([.ci])), of: service) { request, caller in
                try await make(request, caller, service)
            },
            Endpoint(.get, path + "/{freight}", readers, of: service) { request, caller in
                try request.allowQuery()
                let (project, name) = (try request.project(for: caller), request.pathParameter("freight"))
                return try await service.pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
                    let freight = try FreightView.known(name, in: project, connection)
                    return .json { json in freight.write(into: &json) }
                }
            },
            Endpoint(.patch, path + "/{freight}", .oneOf(Roles([.operator])), of: service) { request, caller in
                let alias = try request.alias()
                return try await change(request, caller, service) { try $0.rename(to: alias, $1) }
            },
            Endpoint(.post, path + "/{freight}/reject", .oneOf(Roles([.operator])), of: service) { request, caller in
                let reason = try request.reason()
                return try await change(request, caller, service) { try $0.reject(because: reason, $1) }
            },
            // What was let go nowhere may go on again: that takes more.
            Endpoint(.post, path + "/{freight}/reinstate", .oneOf(Roles([.approver])), of: service) {
                request, caller in
                let reason = try request.reason()
                return try await change(request, caller, service) { try $0.reinstate(because: reason, $1) }
            },
        ]
    }

    private static let readers = Access.oneOf(Roles.readers)

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("warehouse", "stage", "tag", "digest", "commit", "q", "limit", "cursor")
        let project = try request.project(for: caller)
        let page = try Page(request)
        let before = try page.cursor.map { (cursor) throws(Problem) in
            guard let number = Int64(cursor) else { throw Page.badCursor }
            return number
        }
        var search = FreightStore.Search()
        search.warehouse = try request.queryValue("warehouse")
        search.stage = try request.queryValue("stage")
        search.version = try request.queryValue("tag")
        search.digest = try request.queryValue("digest")
        search.commit = try request.queryValue("commit")
        search.text = try text(request)
        let freight = try await service.pool.transaction(isolation: .repeatableRead, readOnly: true) {
            [search] connection in
            let rows = try FreightStore.page(of: project, search, before: before, limit: page.limit + 1, connection)
            if rows.isEmpty, before == nil {
                try AskedNames(stage: search.stage, warehouse: search.warehouse).check(in: project, connection)
            }
            return try FreightView.all(rows, in: project, connection)
        }
        return page.response("freight", freight, path: request.path, cursor: { String($0.row.number) }) { view, json in
            view.write(into: &json)
        }
    }

    /// What a name begins with: no longer than names are.
    private static func text(_ request: Request) throws(Problem) -> String? {
        let text = try request.queryValue("q")
        guard text.map({ $0.utf8.count <= 128 }) ?? true else {
            throw Problem(.badField, "'q' has at most 128 bytes: no ID, alias or version is longer", field: "q")
        }
        return text
    }

    private static func make(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        let body = try FreightBody(request)
        return try await service.write(request, by: caller) { connection, _ in
            let maker = try FreightMaker.begin(project, request, caller, service, connection)
            return try maker.make(body, connection)
        }
    }

    private static func change(
        _ request: Request, _ caller: Caller, _ service: Service,
        _ act: @escaping @Sendable (FreightChange, borrowing Connection) throws -> Void
    ) async throws -> Response {
        try request.allowQuery()
        let (project, name) = (try request.project(for: caller), request.pathParameter("freight"))
        // Freight goes through every Stage: what is done to it concerns them all.
        guard caller.grant.reaches(project: project) else {
            throw Problem(.outOfReach, "the token '\(caller.token.name)' does not reach every Stage of '\(project)'")
        }
        let response = try await service.write(request, by: caller) { connection, _ in
            let change = try FreightChange.begin(name, project, request, caller, service, connection)
            try act(change, connection)
            let id = change.freight.id
            let view = try FreightView.known(id, in: project, connection)
            let inFlight = try PromotionStore.inFlight(of: project, stage: nil, freight: id, connection)
            return Written(
                status: 200,
                body: JSONWriter.object { json in
                    view.write(into: &json)
                    json.member("inFlight", inFlight)
                })
        }
        await service.decisions.mirror.refresh()
        return response
    }
}

extension Request {
    /// The body's one field, why something is done.
    func reason() throws(Problem) -> String {
        try fields(
            "reason", read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
    }

    fileprivate func alias() throws(Problem) -> String {
        try fields("alias", read: { fields throws(JSONFieldError) in try fields.requiredString("alias", maximum: 63) })
    }
}

extension FreightStore {
    /// The Freight of that name or alias, which must be there.
    static func known(_ name: String, in project: String, _ connection: borrowing Connection) throws -> Row {
        guard let row = try freight(name, in: project, connection) else {
            throw Problem(
                .noSuchFreight, "'\(project)' has no Freight '\(name.prefix(64))'",
                hint: "GET /v1/projects/\(project)/freight lists it, with tag=… by what was built; an ID has 40 digits")
        }
        return row
    }
}
