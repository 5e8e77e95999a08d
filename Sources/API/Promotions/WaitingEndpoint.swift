import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// What waits anywhere, and for what.
enum WaitingEndpoint {
    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(.get, "/v1/waiting", .oneOf(.readers), of: service) { request, caller in
                try await list(request, caller, service)
            }
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("limit", "cursor")
        let page = try Page(request)
        try await service.makeDecisionsCertain()
        let rows = try await service.pool.withConnection { connection in
            try WaitingStore.page(within: caller.grant, after: page.cursor, limit: page.limit + 1, connection)
        }
        var openings = Openings(snapshot: service.decisions.mirror.value, now: service.clock.now())
        let waiting = rows.map { row in (row: row, decision: openings.decision(for: row)) }
        return page.response("waiting", waiting, path: request.path, cursor: \.row.id) { element, json in
            element.row.write(opening: element.decision, into: &json)
        }
    }
}

/// When Stages may be entered next, by the clock alone: approvals and the like are left out, as in a peek without Freight.
private struct Openings {
    /// The way in that a promotion takes.
    private struct Way: Hashable {
        let project: String
        let stage: String
        let isRollback: Bool
    }

    let snapshot: Snapshot
    let now: Instant
    private var known: [Way: Decision] = [:]

    init(snapshot: Snapshot, now: Instant) {
        self.snapshot = snapshot
        self.now = now
    }

    /// Each way is asked once: many that wait for one Stage wait for the same.
    mutating func decision(for row: WaitingStore.Row) -> Decision {
        let way = Way(project: row.project, stage: row.stage, isRollback: row.kind == .rollback)
        if let decision = known[way] { return decision }
        let question = Question(at: now, isRollback: way.isRollback)
        let decision = decide(snapshot.situation(of: way.stage, in: way.project), freight: nil, question)
        known[way] = decision
        return decision
    }
}

extension WaitingStore.Row {
    fileprivate func write(opening: Decision, into json: inout JSONWriter) {
        let zone = opening.situation.plan?.zone
        json.member("id", id)
        json.member("project", project)
        json.member("stage", stage)
        json.member("freight", freight)
        json.member("alias", alias)
        json.member("kind", kind.rawValue)
        json.member("phase", phase.rawValue)
        json.member("code", code)
        json.member("reason", reason)
        // Where the clock says yes already, it waits for something else.
        let nextOpen = opening.nextOpen.flatMap { $0 > opening.question.at ? $0 : nil }
        json.time("nextOpen", "nextOpenLocal", nextOpen, zone)
        json.time("waitUntil", "waitUntilLocal", waitUntil, zone)
        json.member("requestedBy", requester)
        json.time("since", "sinceLocal", since, zone)
    }
}
