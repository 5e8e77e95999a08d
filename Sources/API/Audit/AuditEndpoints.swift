import HTTPServer
import Identity
import Time

/// The audit log: what is asked of it, and what proves it.
enum AuditEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(.get, "/v1/audit", .oneOf(Roles([.auditor])), of: service, deadline: .seconds(30)) {
                request, caller in
                // One format so far: a new one is a new case here.
                try request.allowQuery("format", "leaves")
                switch try request.queryValue("format") {
                case "export": return try await AuditExport.response(request, caller, service)
                default:
                    throw Problem(
                        .badField, "'format' is 'export'", field: "format",
                        hint: "GET /v1/audit?format=export streams the log with what proves it")
                }
            },
            Endpoint(.get, "/v1/audit/checkpoint", .oneOf(.readers), of: service) { request, _ in
                try await AuditProofs.checkpoint(request, service)
            },
            Endpoint(.get, "/v1/audit/consistency", .oneOf(.readers), of: service) { request, _ in
                try await AuditProofs.consistency(request, service)
            },
            Endpoint(.get, "/v1/audit/keys", .oneOf(.readers), of: service) { request, _ in
                try await AuditProofs.keys(request, service)
            },
            Endpoint(.get, "/v1/audit/{event}/proof", .oneOf(.readers), of: service) { request, caller in
                try await AuditProofs.proof(request, caller, service)
            },
        ]
    }
}
