import Engine
import HTTPServer
import Identity
import Postgres

/// What goes into a Stage by itself is held, and let go on.
enum HoldEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/stages/{stage}"
        let operators = Access.oneOf(Roles([.operator]))
        return [
            Endpoint(.post, path + "/hold", operators, of: service) { request, caller in
                try await change(request, caller, service) { try $0.hold($1) }
            },
            Endpoint(.post, path + "/resume", operators, of: service) { request, caller in
                try await change(request, caller, service) { try $0.resume($1) }
            },
        ]
    }

    private static func change(
        _ request: Request, _ caller: Caller, _ service: Service,
        _ act: @escaping @Sendable (HoldChange, borrowing Connection) throws -> [UInt8]
    ) async throws -> Response {
        try request.allowQuery()
        let (project, stage) = try request.stage(for: caller)
        let body = try HoldBody(request)
        let response = try await service.write(request, by: caller) { connection, _ in
            let change = try HoldChange.begin(stage, project, body, request, caller, service, connection)
            return Written(status: 200, body: try act(change, connection))
        }
        await service.decisions.mirror.refresh()
        return response
    }
}
