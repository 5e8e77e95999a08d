import HTTPServer
import Identity
import Time

/// What proves the audit log.
enum AuditEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        [
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
