/// Which Freight of a Warehouse goes into a Stage without anybody asking.
public struct AutoPromotion: Sendable {
    /// The Stage.
    public let stage: Stage
    /// The Warehouse.
    public let warehouse: String
    /// Its promotions, oldest first: those of the candidate, and those that have not ended, are looked at.
    public let history: [Promotion]
    /// What it runs of the Warehouse; nothing if that is nothing yet.
    public let current: FreightStamp?
    /// Whether somebody's word holds promotion by itself.
    public let isHeld: Bool

    /// What is known of a Stage and a Warehouse.
    public init(stage: Stage, warehouse: String, history: [Promotion], current: FreightStamp?, isHeld: Bool) {
        self.stage = stage
        self.warehouse = warehouse
        self.history = history.filter { $0.stage == stage.name && $0.freight.warehouse == warehouse }
        self.current = current
        self.isHeld = isHeld
    }

    /// The Freight that would go in if nothing held it: the newest that is available, or what the Stage before runs.
    ///
    /// What is available is neither rejected nor behind the Stages before, in any order; what is followed is what the one
    /// Stage runs that `StageLine.followed(by:of:at:)` tells.
    public func candidate(among available: [FreightStamp], followed: FreightStamp?) -> FreightStamp? {
        guard let request = stage.request(for: warehouse) else { return nil }
        let ours = available.filter { $0.warehouse == warehouse }
        switch request.selection {
        case .newest: return ours.max()
        case .matchUpstream: return request.isDirect ? nil : followed.flatMap { ours.contains($0) ? $0 : nil }
        }
    }

    /// The Freight for which a promotion is to be made now.
    ///
    /// None for what runs already, is under way, or last ended other than well here: it would go round for ever. Nor does
    /// the newest go back behind what runs, which a Stage that was skipped and is enabled again would bring about.
    public func next(among available: [FreightStamp], followed: FreightStamp?) -> FreightStamp? {
        guard stage.isAutoPromoted, !isHeld, let request = stage.request(for: warehouse),
            let candidate = candidate(among: available, followed: followed), candidate != current
        else { return nil }
        if request.selection == .newest, let current, candidate < current { return nil }
        guard !history.contains(where: { $0.kind == .auto && $0.phase.isActive }) else { return nil }
        let before = history.filter { $0.freight == candidate }
        guard before.allSatisfy(\.phase.isTerminal) else { return nil }
        let isFine = before.last.map { $0.phase == .succeeded || $0.phase == .superseded } ?? true
        return isFine ? candidate : nil
    }

    /// Whether a promotion that somebody asked for holds what is promoted by itself, so that it is not undone at once.
    public static func isHeld(by promotion: Promotion, candidate: FreightStamp?) -> Bool {
        switch promotion.kind {
        case .auto: false
        case .rollback: true
        case .person, .external: promotion.freight != candidate
        }
    }
}
