import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// Warehouses: what they look for, what they found, and how to let them look now.
enum WarehouseEndpoints {
    /// How long an answer may wait for what a look finds.
    private static let longestWait = TimeSpan.seconds(30)

    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/warehouses"
        return [
            Endpoint(.get, path, .oneOf(.readers), of: service) { request, caller in
                try await list(request, caller, service)
            },
            Endpoint(.get, path + "/{warehouse}", .oneOf(.readers), of: service) { request, caller in
                try request.allowQuery()
                let place = try await WarehousePlace(request, caller, service)
                return try await show(place, service)
            },
            Endpoint(
                .post, path + "/{warehouse}/refresh", .oneOf(Roles([.ci, .operator])), of: service,
                deadline: .seconds(40)
            ) { request, caller in
                try await refresh(request, caller, service)
            },
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("limit", "cursor")
        let name = try request.project(for: caller)
        let page = try Page(request)
        try await service.makeDecisionsCertain(of: name)
        guard let project = service.decisions.mirror.value.projects[name] else { throw Problem.noProject(name) }
        let now = service.clock.now()
        let rows = try await service.pool.withConnection { try WarehouseStore.rows(of: name, at: now, $0) }
        let views = project.warehouses.filter { warehouse in page.cursor.map { warehouse.name > $0 } ?? true }
            .prefix(page.limit + 1)
            .map { warehouse in WarehouseView(warehouse, project, rows.first { $0.warehouse == warehouse.name }) }
        return page.response("warehouses", Array(views), path: request.path, cursor: \.name) { view, json in
            view.write(into: &json)
        }
    }

    private static func show(_ place: WarehousePlace, _ service: Service) async throws -> Response {
        let now = service.clock.now()
        let row = try await service.pool.withConnection { connection in
            try WarehouseStore.rows(of: place.name, warehouse: place.warehouse.name, at: now, connection).first
        }
        let view = WarehouseView(place.warehouse, place.project, row)
        var response = Response.json(capacity: 4_096) { json in view.write(into: &json) }
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    /// Lets it be looked at now; 202, or with `wait` 200 and what was found, if that comes in time.
    private static func refresh(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("wait")
        let wait = try request.querySpan("wait")
        guard wait.map({ $0 <= longestWait }) ?? true else {
            throw Problem(.badField, "'wait' is \(longestWait.text) at most", field: "wait")
        }
        let place = try await WarehousePlace(request, caller, service)
        guard place.project.policy?.orchestrator == .gatehouse else {
            throw Problem(
                .kargoOrchestrates, "Kargo looks at the Warehouses of '\(place.name)'",
                hint: "its ProjectPolicy says 'orchestrator: kargo'")
        }
        let asked = try await service.write(request, by: caller) { connection, now in
            let look = try WarehouseStore.hint(at: place.kept, at: now, connection)
            return Written(status: 202, body: JSONWriter.object { json in place.write(look: look, into: &json) })
        }
        guard let wait, case .bytes(let body) = asked.body,
            let look = (try? JSONValue(parsing: body))?["look"]?.integer,
            try await hasEnded(look, at: place, within: wait, service)
        else { return asked }
        return try await show(place, service)
    }

    /// Waits until a look has ended, or one after it.
    private static func hasEnded(
        _ look: Int64, at place: WarehousePlace, within wait: TimeSpan, _ service: Service
    ) async throws -> Bool {
        let (begin, end) = (MonotonicTime.now(), MonotonicTime.now() + wait)
        while true {
            let ended = try await service.pool.withConnection { connection in
                try WarehouseStore.ended(place.warehouse.name, of: place.name, connection)
            }
            if ended >= look { return true }
            let now = MonotonicTime.now()
            guard now < end else { return false }
            // Most looks are quick.
            try await Task.sleep(for: .milliseconds(now - begin < .seconds(1) ? 10 : 200))
        }
    }
}

/// The Warehouse that a path names, as its project's manifests have it.
struct WarehousePlace: Sendable {
    let name: String
    let project: Snapshot.Project
    let warehouse: Warehouse

    init(_ request: Request, _ caller: Caller, _ service: Service) async throws {
        name = try request.project(for: caller)
        try await service.makeDecisionsCertain(of: name)
        guard let project = service.decisions.mirror.value.projects[name] else { throw Problem.noProject(name) }
        let wanted = request.pathParameter("warehouse")
        guard let warehouse = project.warehouses.first(where: { $0.name == wanted }) else {
            throw Problem(
                .noSuchWarehouse, "'\(name)' has no Warehouse '\(wanted.prefix(64))'",
                hint: "GET /v1/projects/\(name)/warehouses lists them")
        }
        self.project = project
        self.warehouse = warehouse
    }

    var kept: WarehouseLookStore.Place {
        .init(project: name, warehouse: warehouse.name, revision: project.revision)
    }

    func write(look: Int64, into json: inout JSONWriter) {
        json.member("project", name)
        json.member("warehouse", warehouse.name)
        json.member("look", look)
    }
}
