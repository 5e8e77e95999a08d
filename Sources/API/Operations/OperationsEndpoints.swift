import Engine
import HTTPServer
import Identity
import JSON
import Time

/// What is asked of the server itself.
enum OperationsEndpoints {
    static func all(_ service: Service) throws(ServerError) -> [Endpoint] {
        let alive = JSONWriter.object { json in json.member("status", "alive") }
        return [
            try Endpoint(.get, "/livez", of: service, everybody: alive),
            try Endpoint(.get, "/version", of: service, everybody: version(service)),
            // OpenAPI allows others' members under such names only.
            try Endpoint(
                .get, "/openapi.json", of: service, everybody: OpenAPIDocument.bytes, remarkPrefix: "x-"),
            Endpoint(.get, "/readyz", of: service) { _ throws(Problem) in try readiness(service) },
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
            let log = service.sealer?.findings ?? []
            json.member("findings", readiness.findings + log + service.decisions.findings(at: service.clock.now())) {
                finding, json in
                json.member("code", finding.code)
                json.member("detail", finding.detail)
            }
        }
    }

    private static func whoami(_ caller: Caller) -> Response {
        .json { json in TokenEndpoints.members(of: caller.token, into: &json) }
    }
}
