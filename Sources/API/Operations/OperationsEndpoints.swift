import Engine
import HTTPServer
import Identity
import JSON
import Time

/// What is asked of the server itself.
enum OperationsEndpoints {
    static func all(_ service: Service) throws(ServerError) -> [Endpoint] {
        let alive = try prepared("application/json", Array(#"{"status":"alive"}"#.utf8), service)
        let version = try prepared("application/json", version(service), service)
        let description = try prepared("application/json", OpenAPIDocument.bytes, service)
        return [
            Endpoint(.get, "/livez", everybody: alive),
            Endpoint(.get, "/version", everybody: version),
            Endpoint(.get, "/openapi.json", everybody: description),
            Endpoint(.get, "/readyz") { _ throws(Problem) in try readiness(service) },
            Endpoint(
                .get, "/metrics", .oneOf(.readers), of: service, evenIfStale: true,
                immediate: { _, _ in
                    Response(contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics(service))
                }),
            Endpoint(.get, "/v1/whoami", .anyToken, of: service) { request, caller in
                try request.allowQuery()
                return whoami(caller)
            },
        ]
    }

    private static func prepared(_ type: String, _ body: [UInt8], _ service: Service) throws(ServerError)
        -> PreparedResponse
    {
        let headers = [Header("Content-Type", type)] + Service.remarks(isDrill: service.clock.isDrill).headers
        guard let response = PreparedResponse(headers: headers, body: body) else {
            throw ServerError("there is no memory for an answer of \(body.count) bytes")
        }
        return response
    }

    private static func version(_ service: Service) -> [UInt8] {
        JSONWriter.object { json in
            json.member("name", "gatehouse")
            json.member("version", service.program.version)
            json.name("libraries")
            json.beginObject()
            for library in service.program.libraries {
                json.name(given: library.name)
                json.value(library.version)
            }
            json.endObject()
            if service.clock.isDrill { json.member("drill", true) }
        }
    }

    private static func readiness(_ service: Service) throws(Problem) -> Response {
        let readiness = service.readiness
        guard readiness.isReady else {
            let why =
                readiness.currentPhase == .serving
                ? "the database cannot be reached" : "the server is \(readiness.currentPhase.word)"
            throw Problem(.notReady, why, headers: [Header("Retry-After", "1")])
        }
        return .json { json in
            json.member("status", "ready")
            json.member("findings", readiness.findings) { finding, json in
                json.member("code", finding.code)
                json.member("detail", finding.detail)
            }
            if service.clock.isDrill { json.member("drill", true) }
        }
    }

    private static func whoami(_ caller: Caller) -> Response {
        .json { json in TokenEndpoints.members(of: caller.token, into: &json) }
    }
}
