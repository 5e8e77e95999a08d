public import Postgres
public import Promotions
import Store
public import Time

/// Leave to pass gates of a Stage, with the promotions that may use it.
public struct Grants: Sendable {
    private let grants: [OverrideStore.Grant]

    /// Reads what was given for Freight. Where the policy lets nobody pass, nothing is asked.
    public init(
        for freight: [String], in stage: String, of project: String, _ ground: Admit.Ground,
        _ connection: borrowing Connection
    ) throws {
        try self.init(for: freight, in: stage, of: project, ground.snapshot, at: ground.now, connection)
    }

    /// Reads what was given for Freight, by policies as they stood in a snapshot.
    public init(
        for freight: [String], in stage: String, of project: String, _ snapshot: Snapshot, at now: Instant,
        _ connection: borrowing Connection
    ) throws {
        guard let rules = snapshot.projects[project]?.stages[stage]?.plan?.policy.breakGlass else {
            grants = []
            return
        }
        // What nobody has used yet is held to the policy as it is by now, if that is stricter.
        grants = try OverrideStore.grants(for: freight, in: stage, of: project, at: now, connection).filter { grant in
            grant.usedBy != nil || grant.agreed >= rules.approvals && now < grant.approvedAt + rules.maxValidFor
        }
    }

    /// What a promotion may use: first what it has used already, or inherits from one that did nothing.
    public func overrides(for promotion: Promotion, _ connection: borrowing Connection) throws -> [Override] {
        try overrides(for: promotion.id, of: promotion.freight.id, connection)
    }

    /// What a promotion of that name, if it is there, may use.
    public func overrides(
        for promotion: String?, of freight: String, _ connection: borrowing Connection
    ) throws -> [Override] {
        var usable: [Override] = []
        for grant in grants where grant.freight == freight {
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
