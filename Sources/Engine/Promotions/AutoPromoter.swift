import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Asks for what goes into Stages without anybody asking.
struct AutoPromoter: Sendable {
    /// How many of a Warehouse's newest Freight are looked at: what is older waits for nobody.
    private static let newest = 20

    private let decisions: Decisions

    init(_ decisions: Decisions) {
        self.decisions = decisions
    }

    /// Asks for all that is to be asked for now; answers whether that was anything.
    func promote() async throws -> Bool {
        var hasAsked = false
        let snapshot = decisions.mirror.value
        for (project, rules) in snapshot.projects where rules.policy?.orchestrator == .gatehouse {
            for stage in rules.line.stages.values where stage.isAutoPromoted {
                for request in stage.requests {
                    if try await promote(request.warehouse, into: stage, of: project, snapshot) { hasAsked = true }
                }
            }
        }
        return hasAsked
    }

    private func promote(
        _ warehouse: String, into stage: Stage, of project: String, _ snapshot: Snapshot
    ) async throws -> Bool {
        let (clock, isDrill) = (decisions.clock, decisions.clock.isDrill)
        do {
            return try await decisions.pool.transaction { connection in
                let now = clock.now()
                let current = try StageHistoryStore.current(in: stage.name, of: project, connection)
                var search = FreightStore.Search()
                search.warehouse = warehouse
                let newest = try FreightStore.page(
                    of: project, search, before: nil, limit: Self.newest, connection)
                var available: [FreightStamp] = []
                for row in newest {
                    let facts = try FreightFactsReader.facts(
                        of: row.freight.id, for: stage.name, in: project, snapshot, at: now, connection)
                    if facts.isAvailable(at: now) { available.append(row.freight.stamp) }
                }
                let auto = AutoPromotion(
                    stage: stage, warehouse: warehouse,
                    history: try PromotionStore.history(of: stage.name, in: project, connection).map(\.promotion),
                    current: current.first { $0.freight.warehouse == warehouse }?.freight,
                    isHeld: try HoldStore.isHeld(stage.name, of: project, warehouse: warehouse, connection))
                let followed = try followed(by: stage, of: project, warehouse, snapshot, now, connection)
                guard let next = auto.next(among: available, followed: followed) else { return false }
                try ask(for: next, into: stage.name, of: project, at: now, isDrill, connection)
                return true
            }
        } catch let error as PostgresError where error.isUniqueViolation {
            // Another server, or a person, has asked for it in this very moment.
            return false
        }
    }

    private func followed(
        by stage: Stage, of project: String, _ warehouse: String, _ snapshot: Snapshot, _ now: Instant,
        _ connection: borrowing Connection
    ) throws -> FreightStamp? {
        guard let before = snapshot.projects[project]?.line.followed(by: stage.name, of: warehouse, at: now) else {
            return nil
        }
        let places = try StageHistoryStore.current(in: before, of: project, connection)
        return places.first { $0.freight.warehouse == warehouse }?.freight
    }

    private func ask(
        for freight: FreightStamp, into stage: String, of project: String, at now: Instant, _ isDrill: Bool,
        _ connection: borrowing Connection
    ) throws {
        let promotion = Promotion(
            id: PromotionID.make(stage: stage, freight: freight.id, at: now), stage: stage, freight: freight,
            kind: .auto, createdAt: now)
        try PromotionStore.add(.init(project: project, promotion: promotion, token: nil), connection)
        try AuditStore.append(
            AuditEvent(
                .promotionRequested, at: now, actor: .system, project: project, stage: stage, freight: freight.id,
                promotion: promotion.id, details: [.init("kind", .string("auto"))], isDrill: isDrill), connection)
    }
}

extension FreightFacts {
    /// Whether it could go in if every gate were open.
    fileprivate func isAvailable(at instant: Instant) -> Bool {
        guard standing == .accepted else { return false }
        return switch availability {
        case .direct, .verified: true
        case .soaking(_, let until): until <= instant
        default: false
        }
    }
}
