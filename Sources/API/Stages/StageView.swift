import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// A Stage as people look at it: whether it takes Freight in, what is in it, and what wants in.
struct StageView: Sendable {
    let stage: String
    let situation: Situation
    let isAutoPromoted: Bool
    let current: [StageHistoryStore.Place]
    let deployed: [StageHistoryStore.Place]
    let holds: [HoldStore.Hold]
    let unfinished: [PromotionStore.Row]
    let now: Instant

    /// Reads what is in a Stage and what wants in.
    init(
        _ stage: String, of name: String, _ project: Snapshot.Project, _ situation: Situation, at now: Instant,
        _ connection: borrowing Connection
    ) throws {
        self.stage = stage
        self.situation = situation
        self.now = now
        isAutoPromoted = project.line.stages[stage]?.isAutoPromoted ?? false
        current = try StageHistoryStore.current(in: stage, of: name, connection)
        deployed = try StageHistoryStore.deployed(in: stage, of: name, connection)
        holds = try HoldStore.holds(in: stage, of: name, connection)
        unfinished = try PromotionStore.unfinished(into: stage, of: name, connection)
    }

    func write(into json: inout JSONWriter) {
        let disabling = situation.disabling.flatMap { $0.isActive(at: now) ? $0 : nil }
        json.member("name", stage)
        json.member("enabled", disabling == nil)
        disabling?.write(into: &json)
        json.member("autoPromotion", isAutoPromoted)
        json.member("current", current) { place, json in write(place, into: &json) }
        json.member("deployed", deployed) { place, json in write(place, into: &json) }
        json.member("holds", holds) { hold, json in hold.write(into: &json) }
        json.member("promotions", unfinished) { row, json in row.write(into: &json) }
    }

    private func write(_ place: StageHistoryStore.Place, into json: inout JSONWriter) {
        json.member("freight", place.freight.id)
        json.member("warehouse", place.freight.warehouse)
        json.member("promotion", place.promotion)
        json.member("since", place.since.text)
    }
}

extension StageEndpoints {
    /// The Stages of a project that the caller's token reaches, or the one that the path names.
    static func show(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let name = try request.project(for: caller)
        try await service.makeDecisionsCertain(of: name)
        guard let project = service.decisions.mirror.value.projects[name] else { throw Problem.noProject(name) }
        let now = service.clock.now()
        let wanted = request.pathParameter("stage")
        let stages = wanted.isEmpty ? project.stages.keys.sorted() : [try request.stage(for: caller).stage]
        let views = try await service.pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            try stages.filter { caller.grant.reaches(project: name, stage: $0) }.map { stage in
                guard let situation = project.stages[stage] else {
                    throw Problem.noStage(stage, of: name, among: project.stages.keys.sorted(), for: caller)
                }
                return try StageView(stage, of: name, project, situation, at: now, connection)
            }
        }
        return .json { json in
            if wanted.isEmpty {
                json.member("stages", views) { view, json in view.write(into: &json) }
            } else {
                views.first?.write(into: &json)
            }
        }
    }
}
