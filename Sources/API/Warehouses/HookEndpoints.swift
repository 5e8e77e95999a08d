import Engine
import HTTPServer
import JSON
import Postgres
import Promotions
import Store

/// Senders elsewhere say that there may be something new. That is a hint: what they say is not believed, but looked up.
enum HookEndpoints {
    /// What senders tell of a push may be long.
    private static let bodyLimit = 1 << 20

    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(.post, "/v1/hooks/{receiver}", of: service, bodyLimit: bodyLimit) { request in
                try await hint(request, service)
            }
        ]
    }

    private static func hint(_ request: Request, _ service: Service) async throws -> Response {
        // Who does not know a receiver's secret does not learn either that there is one.
        guard let receiver = service.hooks.receiver(of: request) else {
            throw Problem(.noSuchPath, "there is nothing at this path", hint: "GET /openapi.json describes every path")
        }
        try await service.makeDecisionsCertain(of: receiver.project)
        let project = service.decisions.mirror.value.projects[receiver.project]
        let warehouses = (project?.policy?.orchestrator == .gatehouse ? project?.warehouses ?? [] : [])
            .filter { receiver.warehouses?.contains($0.name) ?? true }
        let (now, revision) = (service.clock.now(), project?.revision ?? 0)
        try await service.pool.transaction { connection in
            for warehouse in warehouses {
                _ = try WarehouseStore.hint(
                    at: .init(project: receiver.project, warehouse: warehouse.name, revision: revision), at: now,
                    connection)
            }
        }
        var response = Response.json { json in json.member("accepted", true) }
        response.status = 202
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }
}
