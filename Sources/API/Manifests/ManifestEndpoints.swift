import Connectors
import Engine
import HTTPServer
import Identity
import JSON
import Manifests
import Postgres
import Store

/// What shall hold in a project: written as a whole, kept as revisions.
enum ManifestEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/manifests"
        return [
            Endpoint(.get, path, .oneOf(.readers), of: service) { request, caller in
                try await show(request, caller, service)
            },
            Endpoint(.put, path, .oneOf(Roles([.admin])), of: service, bodyLimit: ManifestBody.limit) {
                request, caller in
                try await put(request, caller, service)
            },
        ] + RevisionEndpoints.all(service)
    }

    private static func show(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        let found = try await service.pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            guard let row = try RevisionStore.current(of: project, connection),
                let content = try RevisionStore.content(of: row.number, of: project, connection)
            else { throw Problem.noProject(project) }
            return (row: row, content: content)
        }
        let manifests = try JSONValue(parsing: Array(found.content.document.utf8), limits: .stored)
        var response = Response.json(capacity: 1_024 + found.content.document.utf8.count) { json in
            found.row.write(into: &json)
            json.name("manifests")
            json.value(manifests)
        }
        response.headers.append(Header("ETag", found.row.tag))
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    private static func put(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        let project = try request.wholeProject(for: caller)
        let world = try await world(service)
        let body = try ManifestBody(request, project: project, in: world)
        let precondition = Precondition(request)
        guard !body.isDryRun else { return try await rehearse(body, project, precondition, service) }
        let response = try await service.write(request, by: caller) { connection, _ in
            let writer = try RevisionWriter.begin(project, request, caller, service, connection)
            try RevisionStore.addProject(project, at: writer.now, connection)
            let change = try ManifestChange(body, of: project, precondition, connection)
            try change.carryOut(writer, connection)
            let epoch = try EpochStore.epoch(of: project, connection)
            return Written(status: change.status, body: change.answer(epoch: epoch))
        }
        await service.decisions.mirror.refresh()
        return response
    }

    /// Tells what would come of it.
    private static func rehearse(
        _ body: ManifestBody, _ project: String, _ precondition: Precondition, _ service: Service
    ) async throws -> Response {
        let answer = try await service.pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            let change = try ManifestChange(body, of: project, precondition, connection)
            return change.answer(epoch: try EpochStore.epoch(of: project, connection))
        }
        var response = Response(contentType: "application/json", body: answer)
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    /// What manifests may speak of now.
    private static func world(_ service: Service) async throws -> ManifestWorld {
        try await service.makeDecisionsCertain()
        return ManifestWorld(
            calendars: Set(service.decisions.mirror.value.calendars.keys), zones: service.decisions.zones,
            now: service.clock.now(),
            outside: .init(
                refusal: { $0.refusal },
                objection: { [connections = service.connections] in connections.objection(to: $0) }))
    }
}

extension Request {
    /// The project of the path, which the caller's token must reach with all of its Stages.
    func wholeProject(for caller: Caller) throws(Problem) -> String {
        let project = try project(for: caller)
        guard caller.grant.reaches(project: project) else {
            throw Problem(
                .outOfReach, "the token '\(caller.token.name)' reaches only some Stages of '\(project.prefix(64))'")
        }
        return project
    }
}

extension Problem {
    /// There is no project of that name, or nothing is in force there.
    static func noProject(_ name: String, meant: String? = nil, field: String? = nil) -> Problem {
        Problem(
            .noSuchProject, "there is no project '\(name.prefix(64))'", field: field,
            hint: (meant.map { "did you mean '\($0)'?; " } ?? "")
                + "GET /v1/projects lists them; PUT /v1/projects/{project}/manifests makes one")
    }
}
