import Crypto
import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Store
import Time

/// Every desired state that was written for a project, and what others say of those that wait.
enum RevisionEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/revisions"
        let approvers = Access.oneOf(Roles([.approver]))
        return [
            Endpoint(.get, path, .oneOf(.readers), of: service) { request, caller in
                try await list(request, caller, service)
            },
            Endpoint(.get, path + "/{number}", .oneOf(.readers), of: service) { request, caller in
                try await show(request, caller, service)
            },
            Endpoint(.post, path + "/{number}/approve", approvers, of: service) { request, caller in
                let note = try request.fields(
                    "note", read: { fields throws(JSONFieldError) in try fields.string("note", maximum: 2_000) })
                return try await change(request, caller, service) { writer, number, connection in
                    try writer.approve(number, note: note, connection)
                }
            },
            Endpoint(.post, path + "/{number}/reject", approvers, of: service) { request, caller in
                let reason = try request.fields(
                    "reason",
                    read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
                return try await change(request, caller, service) { writer, number, connection in
                    try writer.reject(number, because: reason, connection)
                }
            },
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("limit", "cursor")
        let project = try request.project(for: caller)
        let page = try Page(request)
        let before = page.cursor.flatMap { Int64($0) }
        guard before != nil || page.cursor == nil else { throw Page.badCursor }
        let rows = try await service.pool.withConnection { connection in
            let rows = try RevisionStore.page(of: project, before: before, limit: page.limit + 1, connection)
            guard try !rows.isEmpty || RevisionStore.lastNumber(of: project, connection) > 0 else {
                throw Problem.noProject(project)
            }
            return rows
        }
        return page.response("revisions", rows, path: request.path, cursor: { String($0.number) }) { row, json in
            row.write(into: &json)
        }
    }

    private static func show(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        let number = try request.revisionNumber()
        let found = try await service.pool.withConnection { connection in
            guard let row = try RevisionStore.revision(number, of: project, connection),
                let content = try RevisionStore.content(of: number, of: project, connection)
            else { throw Problem.noRevision(number, of: project) }
            return (row: row, content: content)
        }
        let diff = try JSONValue(parsing: Array(found.content.diff.utf8), limits: .stored)
        let manifests = try JSONValue(parsing: Array(found.content.document.utf8), limits: .stored)
        return .json(capacity: 1_024 + found.content.document.utf8.count) { json in
            found.row.write(into: &json)
            json.name("diff")
            json.value(diff)
            json.name("manifests")
            json.value(manifests)
        }
    }

    private static func change(
        _ request: Request, _ caller: Caller, _ service: Service,
        _ change: @escaping @Sendable (RevisionWriter, Int64, borrowing Connection) throws -> Void
    ) async throws -> Response {
        try request.allowQuery()
        let project = try request.wholeProject(for: caller)
        let number = try request.revisionNumber()
        let response = try await service.write(request, by: caller) { connection, _ in
            let writer = try RevisionWriter.begin(project, request, caller, service, connection)
            try change(writer, number, connection)
            let row = try writer.row(number, connection)
            return Written(status: 200, body: JSONWriter.object { json in row.write(into: &json) })
        }
        await service.decisions.mirror.refresh()
        return response
    }
}

extension JSONLimits {
    /// For what was kept, and was bounded then: a difference tells of each value twice at most.
    static let stored = JSONLimits(depth: 64, values: 1_000_000)
}

extension RevisionStore.Row {
    /// What is known of it but for what it says.
    func write(into json: inout JSONWriter) {
        json.member("project", project)
        json.member("revision", number)
        json.member("state", state.rawValue)
        json.member("hash", Hex.encode(hash))
        json.member("loosens", loosens)
        json.member("reason", reason)
        json.member("author", author.name)
        json.member("writtenAt", writtenAt.text)
        json.member("approvalsRequired", Int64(approvals))
        json.member("approvals", approvedBy)
        json.member("inForceAt", inForceAt?.text)
        json.member("rejectedWhy", refusedWhy)
    }
}

extension Request {
    /// The revision of the path.
    fileprivate func revisionNumber() throws(Problem) -> Int64 {
        let text = pathParameter("number")
        guard let number = Int64(text), number > 0 else {
            throw Problem(.noSuchRevision, "'\(text.prefix(64))' is no number of a revision")
        }
        return number
    }
}

extension Problem {
    /// There is no such revision.
    static func noRevision(_ number: Int64, of project: String) -> Problem {
        Problem(
            .noSuchRevision, "'\(project.prefix(64))' has no revision \(number)",
            hint: "GET /v1/projects/{project}/revisions lists them")
    }
}
