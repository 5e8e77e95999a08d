import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Stages are disabled, so that they take nothing in, and enabled again.
enum StageEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        // Those behind a disabled Stage look past it: that lets more through, so both take an approver.
        let approvers = Access.oneOf(Roles([.approver]))
        return [
            Endpoint(.get, "/v1/projects/{project}/stages", .oneOf(.readers), of: service) { request, caller in
                try await show(request, caller, service)
            },
            Endpoint(.get, "/v1/projects/{project}/stages/{stage}", .oneOf(.readers), of: service) { request, caller in
                try await show(request, caller, service)
            },
            Endpoint(.post, "/v1/projects/{project}/stages/{stage}/disable", approvers, of: service) {
                request, caller in
                try await disable(request, caller, service)
            },
            Endpoint(.post, "/v1/projects/{project}/stages/{stage}/enable", approvers, of: service) {
                request, caller in
                try await enable(request, caller, service)
            },
        ]
    }

    private static func disable(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let (project, stage) = try request.stage(for: caller)
        let body = try DisablingBody(request)
        let response = try await service.write(request, by: caller) { connection, _ in
            let change = try StageChange.begin(stage, project, request, caller, service, connection)
            return Written(status: 200, body: try change.disable(body, connection))
        }
        await service.decisions.mirror.refresh()
        return response
    }

    private static func enable(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let (project, stage) = try request.stage(for: caller)
        let reason = try request.fields(
            "reason", read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
        let response = try await service.write(request, by: caller) { connection, _ in
            let change = try StageChange.begin(stage, project, request, caller, service, connection)
            return Written(status: 200, body: try change.enable(because: reason, connection))
        }
        await service.decisions.mirror.refresh()
        return response
    }
}
