import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// People say yes to Freight in a Stage.
enum ApprovalEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/freight/{freight}/approvals"
        return [
            Endpoint(.get, path, .oneOf(.readers), of: service) { request, caller in
                try request.allowQuery()
                let (project, name) = (try request.project(for: caller), request.pathParameter("freight"))
                return try await service.pool.withConnection { connection in
                    let row = try FreightStore.known(name, in: project, connection)
                    let approvals = try FreightHistory.approvals(of: row.freight.id, in: project, connection)
                    return .json { json in json.member("approvals", approvals) { $0.write(into: &$1) } }
                }
            },
            Endpoint(.post, path, .oneOf(Roles([.approver])), of: service) { request, caller in
                try await approve(request, caller, service)
            },
        ]
    }

    private static func approve(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        let (stage, note) = try request.fields(
            "stage", "note",
            read: { fields throws(JSONFieldError) in
                (try fields.requiredString("stage", maximum: 63), try fields.requiredString("note", maximum: 2_000))
            })
        try request.check(caller, reaches: stage, of: project)
        let id = try TokenSecret.newTokenID()
        return try await service.write(request, by: caller) { connection, now in
            let row = try FreightStore.known(request.pathParameter("freight"), in: project, connection)
            let freight = row.freight.id
            guard try RevisionStore.current(of: project, connection)?.manifests(connection).has(stage) == true else {
                throw Problem(
                    .noSuchStage, "'\(project)' has no Stage '\(stage)'", field: "stage",
                    hint: "GET /v1/projects/\(project) lists them")
            }
            try ApprovalStore.add(
                id, to: freight, in: stage, of: project, by: caller.token, note: note, at: now, connection)
            // What waits for it is looked at as soon as this is committed.
            try PromotionWorkStore.wake(project, at: now, connection)
            try EventWriter(request, by: caller, at: now, service).append(
                .freightApproved, project: project, stage: stage, freight: freight, reason: note,
                details: [.init("approval", .string(id))], connection)
            let approvals = try FreightHistory.approvals(of: freight, in: project, connection)
            guard let approval = approvals.first(where: { $0.id == id }) else {
                throw PostgresError.unexpected("a new approval is not there")
            }
            return Written(
                status: 201, location: "/v1/projects/\(project)/freight/\(freight)/approvals",
                body: JSONWriter.object { json in approval.write(into: &json) })
        }
    }
}

extension FreightHistory.Approval {
    /// The approval as programs and people read it.
    fileprivate func write(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("stage", stage)
        json.member("by", by)
        json.member("at", at.text)
        json.member("note", note)
    }
}
