public import Postgres
public import Promotions
public import Store
public import Time

/// Leave to pass gates of a Stage, with the promotions that may use it.
public struct Grants: Sendable {
    private let grants: [PassageKey: [OverrideStore.Grant]]

    /// Reads what was given for Freight in a Stage, by its policy as it stood in a snapshot.
    public init(
        for freight: [String], in stage: String, of project: String, _ snapshot: Snapshot, at now: Instant,
        _ connection: borrowing Connection
    ) throws {
        let stage = StageKey(stage, of: project)
        try self.init(for: Set(freight.map { PassageKey($0, in: stage) }), snapshot, at: now, connection)
    }

    /// Reads what was given for each Freight in its Stage. Where the policy lets nobody pass, nothing is asked.
    public init(
        for passages: Set<PassageKey>, _ snapshot: Snapshot, at now: Instant, _ connection: borrowing Connection
    ) throws {
        func rules(_ stage: StageKey) -> StagePolicy.BreakGlass? {
            snapshot.projects[stage.project]?.stages[stage.stage]?.plan?.policy.breakGlass
        }
        let open = passages.filter { rules($0.stage) != nil }
        // What nobody has used yet is held to the policy as it is by now, if that is stricter.
        let given = try OverrideStore.grants(for: open, at: now, connection).filter { grant in
            guard grant.usedBy == nil, let rules = rules(grant.passage.stage) else { return grant.usedBy != nil }
            return grant.agreed >= rules.approvals && now < grant.approvedAt + rules.maxValidFor
        }
        grants = Dictionary(grouping: given, by: \.passage)
    }

    /// What a promotion of a project may use: first what it has used already, or inherits from one that did nothing.
    public func overrides(
        for promotion: Promotion, of project: String, _ connection: borrowing Connection
    ) throws -> [Override] {
        let passage = PassageKey(promotion.freight.id, in: StageKey(promotion.stage, of: project))
        return try overrides(for: promotion.id, of: passage, connection)
    }

    /// What a promotion of that name, if it is there, may use.
    public func overrides(
        for promotion: String?, of passage: PassageKey, _ connection: borrowing Connection
    ) throws -> [Override] {
        var usable: [Override] = []
        for grant in grants[passage, default: []] {
            if let usedBy = grant.usedBy {
                guard let promotion else { continue }
                if try usedBy == promotion || OverrideStore.inherits(promotion, from: usedBy, connection) {
                    usable.append(grant.override)
                }
            } else if grant.promotion == nil || grant.promotion == promotion {
                usable.append(grant.override)
            }
        }
        return usable
    }
}

extension Admit.Ground {
    /// The decision about a request that may bring leave along: by the first that lets it in, else as it is without more.
    public func decision(
        on request: Admit.Request, _ freight: FreightFacts, _ overrides: [Override]
    ) -> Decision {
        let decisions = overrides.map { decision(on: request, Admit.Facts(freight: freight, override: $0)) }
        return decisions.first(where: \.isAllowed) ?? decisions.first
            ?? decision(on: request, Admit.Facts(freight: freight))
    }
}
