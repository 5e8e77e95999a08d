public import Postgres
public import Promotions
import Store
public import Time

/// What is to be promoted into a Stage without anybody asking, as far as can be told in one look at it.
public struct AutoTurn {
    /// How many of a Warehouse's newest Freight are looked at: what is older waits for nobody.
    private static let newest = 20
    /// How many of them are looked at first: mostly one of these is it.
    private static let few = 3

    private let project: String
    private let stage: Stage
    private let snapshot: Snapshot
    private let now: Instant

    /// A look at a Stage as it stands in a snapshot.
    public init(project: String, stage: Stage, snapshot: Snapshot, now: Instant) {
        self.project = project
        self.stage = stage
        self.snapshot = snapshot
        self.now = now
    }

    /// What one look says.
    struct Wanted {
        /// The Freight that promotions are to be made of.
        var freight: [FreightStamp] = []
        /// What the Stages before run, of each Warehouse of which this one follows them.
        var followed: [String: FreightStamp] = [:]
        /// The Warehouses that somebody's word holds.
        var held: Set<String> = []
        /// When time may bring more.
        var nextLook: Instant?
    }

    /// What is wanted beside what is on its way.
    func wanted(beside unfinished: [Promotion], _ connection: borrowing Connection) throws -> Wanted {
        var wanted = Wanted()
        for request in stage.requests where request.selection == .matchUpstream {
            wanted.followed[request.warehouse] = try followed(of: request.warehouse, connection)
        }
        guard stage.isAutoPromoted else { return wanted }
        let places = try StageHistoryStore.current(in: stage.name, of: project, connection)
        wanted.held = try HoldStore.held(stage.name, of: project, connection)
        for request in stage.requests {
            let warehouse = request.warehouse
            let (available, next) = try available(of: warehouse, connection)
            wanted.nextLook = [wanted.nextLook, next].compactMap(\.self).min()
            let followed = wanted.followed[warehouse]
            let current = places.first { $0.freight.warehouse == warehouse }?.freight
            func auto(_ history: [Promotion]) -> AutoPromotion {
                AutoPromotion(
                    stage: stage, warehouse: warehouse, history: history, current: current,
                    isHeld: wanted.held.contains(warehouse))
            }
            guard let candidate = auto([]).candidate(among: available, followed: followed) else { continue }
            let last = try PromotionStore.last(of: candidate.id, into: stage.name, of: project, connection)
            let history = (last.map { [$0.promotion] } ?? []) + unfinished
            if let next = auto(history).next(among: available, followed: followed) { wanted.freight.append(next) }
        }
        return wanted
    }

    /// The candidate of a Warehouse, whatever holds it.
    public func candidate(of warehouse: String, _ connection: borrowing Connection) throws -> FreightStamp? {
        AutoPromotion(stage: stage, warehouse: warehouse, history: [], current: nil, isHeld: false)
            .candidate(
                among: try available(of: warehouse, connection).now, followed: try followed(of: warehouse, connection))
    }

    /// Which of a Warehouse's newest Freight could go in if every gate were open, and when more of it has soaked.
    private func available(
        of warehouse: String, _ connection: borrowing Connection
    ) throws -> (now: [FreightStamp], nextLook: Instant?) {
        let isDirect = stage.request(for: warehouse)?.isDirect == true
        // What has done well nowhere is available nowhere but straight from its Warehouse.
        if isDirect { return (try newest(of: warehouse, limit: 1, verified: false, connection), nil) }
        let few = try available(among: newest(of: warehouse, limit: Self.few, verified: true, connection), connection)
        // What is older than the newest that is available waits for nobody.
        guard few.now.isEmpty || stage.request(for: warehouse)?.selection == .matchUpstream else { return few }
        let newest = try newest(of: warehouse, limit: Self.newest, verified: true, connection)
        // Newer Freight, however much there is, may not have come as far as what the Stages before run.
        let before = try line?.before(stage.name, of: warehouse, at: now).compactMap {
            try running(in: $0, of: warehouse, connection)
        }
        return try available(among: newest + Set(before ?? []).subtracting(newest), connection)
    }

    private func newest(
        of warehouse: String, limit: Int, verified: Bool, _ connection: borrowing Connection
    ) throws -> [FreightStamp] {
        try FreightStore.newest(of: warehouse, in: project, verified: verified, limit: limit, connection)
    }

    private func available(
        among newest: [FreightStamp], _ connection: borrowing Connection
    ) throws -> (now: [FreightStamp], nextLook: Instant?) {
        let facts = try StageFacts(of: newest.map(\.id), for: stage.name, in: project, snapshot, at: now, connection)
        var available: [FreightStamp] = []
        var nextLook: Instant?
        for freight in newest {
            switch facts.facts(of: freight.id).availability {
            case .direct, .verified: available.append(freight)
            case .soaking(_, let until) where until <= now: available.append(freight)
            case .soaking(_, let until): nextLook = min(nextLook ?? until, until)
            default: break
            }
        }
        return (available, nextLook)
    }

    private func followed(of warehouse: String, _ connection: borrowing Connection) throws -> FreightStamp? {
        guard let before = line?.followed(by: stage.name, of: warehouse, at: now) else { return nil }
        return try running(in: before, of: warehouse, connection)
    }

    private func running(
        in stage: String, of warehouse: String, _ connection: borrowing Connection
    ) throws -> FreightStamp? {
        let places = try StageHistoryStore.current(in: stage, of: project, connection)
        return places.first { $0.freight.warehouse == warehouse }?.freight
    }

    private var line: StageLine? { snapshot.projects[project]?.line }
}
