import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// What waits for whoever asks: what they may say yes to, and look at. Who may do neither has an empty one.
enum InboxEndpoint {
    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(.get, "/v1/inbox", .oneOf(.readers), of: service) { request, caller in
                try await list(request, caller, service)
            }
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("limit", "cursor")
        let page = try Page(request)
        let now = service.clock.now()
        var (rows, facts): ([InboxStore.Row], InboxFacts) = ([], InboxFacts())
        if caller.subject.kind == .person, caller.grant.roles.contains(Roles([.approver])) {
            try await service.makeDecisionsCertain()
            let snapshot = service.decisions.mirror.value
            let gates = snapshot.approvalGates
            (rows, facts) = try await service.pool.withConnection { connection in
                let rows = try InboxStore.page(
                    for: caller.token, gates: gates, after: page.cursor, limit: page.limit + 1, at: now, connection)
                return (rows, try InboxFacts(of: rows, snapshot, connection))
            }
        }
        return page.response("inbox", rows, path: request.path, cursor: \.cursor) { row, json in
            row.write(into: &json, at: now, facts)
        }
    }
}

extension Snapshot {
    /// The gates that people open.
    fileprivate var approvalGates: [InboxStore.Gate] {
        projects.flatMap { project, known in
            known.stages.flatMap { stage, situation in
                (situation.plan?.policy.gates ?? []).compactMap { gate in
                    guard case .approval(let rule) = gate.kind else { return nil }
                    return InboxStore.Gate(
                        project: project, stage: stage, required: rule.required, validFor: rule.validFor)
                }
            }
        }
    }
}

extension InboxStore.Row {
    fileprivate func write(into json: inout JSONWriter, at now: Instant, _ facts: InboxFacts) {
        json.member("kind", kind.rawValue)
        json.member("id", id)
        json.member("project", project)
        json.member("stage", stage)
        json.member("freight", freight)
        json.member("alias", facts.alias(of: self))
        if let gates = facts.gates(of: self) { json.member("gates", gates) }
        json.member("calendar", calendar)
        json.member("requestedBy", requestedBy)
        json.member("since", since.text)
        json.member("due", due?.text)
        if kind == .review { json.member("overdue", due.map { $0 <= now } ?? false) }
        json.member("reason", reason)
        json.member("act", act)
    }

    /// Where to say yes, by POST.
    private var act: String {
        let project = "/v1/projects/\(project ?? "")"
        return switch kind {
        case .approval: "\(project)/freight/\(freight ?? "")/approvals"
        case .override: "\(project)/break-glass/\(id)/approve"
        case .review: "\(project)/break-glass/\(id)/review"
        case .revision: "\(project)/revisions/\(id)/approve"
        case .adjustment: "/v1/calendars/\(calendar ?? "")/adjustments/\(id)/approve"
        }
    }
}
