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

/// People say yes to Freight in a Stage, and take that back.
enum ApprovalEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/projects/{project}/freight/{freight}/approvals"
        return [
            Endpoint(.get, path, .oneOf(.readers), of: service) { request, caller in
                try request.allowQuery()
                let (project, name) = (try request.project(for: caller), request.pathParameter("freight"))
                return try await service.pool.withConnection { connection in
                    let row = try FreightStore.known(name, in: project, connection)
                    let approvals = try ApprovalStore.all(of: row.freight.id, in: project, connection)
                        .filter { caller.grant.reaches(project: project, stage: $0.stage) }
                    return .json { json in json.member("approvals", approvals) { $0.write(into: &$1) } }
                }
            },
            Endpoint(.post, path, .oneOf(Roles([.approver])), of: service) { request, caller in
                try await approve(request, caller, service)
            },
            Endpoint(.post, path + "/{approval}/revoke", .oneOf(Roles([.approver])), of: service) { request, caller in
                try await revoke(request, caller, service)
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
            let manifests = try ManifestSet.having(
                stage, in: project, field: "stage", for: caller, connection)
            do {
                try ApprovalStore.add(
                    id, to: freight, in: stage, of: project, by: caller.token, note: note, at: now, connection)
            } catch {
                throw Problem.ownWord(error, hint: "take the other yes back, or ask another person") ?? error
            }
            // What waits for it is looked at as soon as this is committed.
            try StageCallStore.call(project, stage: stage, connection)
            try EventWriter(request, by: caller, at: now, service).append(
                .freightApproved, project: project, stage: stage, freight: freight, reason: note,
                details: [.init("approval", .string(id))], connection)
            let approval = try approval(id, of: freight, in: project, connection)
            return Written(
                status: 201, location: "/v1/projects/\(project)/freight/\(freight)/approvals",
                body: JSONWriter.object { json in
                    approval.write(into: &json)
                    if manifests[stage]?.asksForApproval != true { json.member("warnings", [unasked(for: stage)]) }
                })
        }
    }

    /// Kargo takes a yes to any Stage, and lets Freight in by it that nobody has verified. Here it opens gates that ask for it.
    private static func unasked(for stage: String) -> String {
        """
        no gate of '\(stage)' asks for approval, so this lets nothing in; it counts if its StagePolicy gets such a gate. \
        What is not verified yet goes in only by break-glass that names 'availability'
        """
    }

    /// What was let on by it stays where it is; nothing is let on by it from here on.
    private static func revoke(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let project = try request.project(for: caller)
        let reason = try request.reason()
        let response = try await service.write(request, by: caller) { connection, _ in
            try EpochStore.beginChange(of: .project(project), connection)
            let events = EventWriter(request, by: caller, at: service.clock.now(), service)
            let freight = try FreightStore.known(request.pathParameter("freight"), in: project, connection).freight.id
            let before = try approval(request.pathParameter("approval"), of: freight, in: project, connection)
            try request.check(caller, reaches: before.stage, of: project)
            guard
                try ApprovalStore.revoke(
                    before.id, of: freight, in: project, by: caller.subject, because: reason, at: events.now, connection
                )
            else { throw Problem(.approvalRevoked, "the approval '\(before.id)' was revoked before") }
            try events.append(
                .freightApprovalRevoked, project: project, stage: before.stage, freight: freight, reason: reason,
                details: [.init("approval", .string(before.id)), .init("approvedBy", .string(before.by))], connection)
            let after = try approval(before.id, of: freight, in: project, connection)
            let inFlight = try PromotionStore.inFlight(of: project, stage: after.stage, freight: freight, connection)
            return Written(
                status: 200,
                body: JSONWriter.object { json in
                    after.write(into: &json)
                    json.member("inFlight", inFlight)
                })
        }
        await service.decisions.mirror.refresh()
        return response
    }

    private static func approval(
        _ id: String, of freight: String, in project: String, _ connection: borrowing Connection
    ) throws -> ApprovalStore.Approval {
        guard let found = try ApprovalStore.all(of: freight, in: project, connection).first(where: { $0.id == id })
        else {
            throw Problem(
                .noSuchApproval, "the Freight has no approval '\(id.prefix(64))'",
                hint: "GET /v1/projects/\(project)/freight/\(freight)/approvals lists them")
        }
        return found
    }
}

extension StagePolicy {
    /// Whether people's yes opens one of its gates.
    fileprivate var asksForApproval: Bool {
        gates.contains { gate in
            guard case .approval = gate.kind else { return false }
            return true
        }
    }
}
