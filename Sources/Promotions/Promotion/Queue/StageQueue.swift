public import Time

/// Who of those that wait for a Stage gets its slot.
public struct StageQueue: Sendable {
    /// Which goes first.
    public let order: StagePolicy.Queue
    /// The Warehouses whose Freight does not go in by itself.
    public let heldOrigins: Set<String>
    /// The promotions that people let past the others in an emergency.
    public let favoured: Set<String>

    /// A queue for one Stage.
    public init(order: StagePolicy.Queue, heldOrigins: Set<String> = [], favoured: Set<String> = []) {
        self.order = order
        self.heldOrigins = heldOrigins
        self.favoured = favoured
    }

    /// What changes among a Stage's promotions at an instant: those whose time is over end, and if the slot is free, the
    /// first that is let in starts and supersedes those that wait with older Freight of its Warehouse.
    ///
    /// A gate that is closed for one holds up no other. Answers only those that change.
    public func turn(
        _ promotions: [Promotion], at instant: Instant, isOpen: (Promotion) -> Bool
    ) throws(TransitionRefusal) -> [Promotion] {
        var changed: [Promotion] = []
        var waiting: [Promotion] = []
        for promotion in promotions where promotion.isQueued {
            if promotion.isExpired(at: instant) {
                changed.append(try transition(promotion, on: .ended(.waitExpired)))
            } else {
                waiting.append(promotion)
            }
        }
        guard !promotions.contains(where: \.phase.isActive) else { return changed }
        guard let first = waiting.filter({ mayEnter($0) && isOpen($0) }).min(by: isBefore) else { return changed }
        changed.append(try transition(first, on: .started))
        for older in waiting where older.isSuperseded(by: first) {
            changed.append(try transition(older, on: .ended(.superseded)))
        }
        return changed
    }

    /// Those that were promoted by themselves and will never go in: newer Freight of their Warehouse waits for nothing that
    /// they do not wait for, and no longer. Where whoever came first goes first, they do.
    public func overtaken(_ promotions: [Promotion], _ outlook: (Promotion) -> Outlook?) -> [Promotion] {
        guard order == .newestWins else { return [] }
        let waiting = promotions.filter { $0.isQueued && $0.kind == .auto }
        return waiting.filter { older in
            guard let mine = outlook(older), !mine.isOpen else { return false }
            return waiting.contains { newer in
                older.isSuperseded(by: newer) && outlook(newer).map { $0.isNoWorse(than: mine) } ?? false
            }
        }
    }

    /// Whether a promotion is not held up by somebody's word about its Warehouse.
    public func mayEnter(_ promotion: Promotion) -> Bool {
        promotion.kind != .auto || !heldOrigins.contains(promotion.freight.warehouse)
    }

    /// Whether one goes before another if both are let in.
    ///
    /// Where the newest wins, a rollback goes before all others: its Freight is old by nature, and whoever starts before it
    /// would supersede it.
    public func isBefore(_ one: Promotion, _ other: Promotion) -> Bool {
        let isFavoured = favoured.contains(one.id)
        if isFavoured != favoured.contains(other.id) { return isFavoured }
        if order == .newestWins {
            let isRollback = one.kind == .rollback
            if isRollback != (other.kind == .rollback) { return isRollback }
            if one.freight != other.freight { return one.freight > other.freight }
        }
        return (one.createdAt, one.id) < (other.createdAt, other.id)
    }
}

extension Promotion {
    /// Whether it waits for the slot.
    public var isQueued: Bool { phase == .pending || phase == .waiting }

    /// Whether it has waited as long as it may.
    public func isExpired(at instant: Instant) -> Bool {
        isQueued && waitUntil.map { $0 <= instant } ?? false
    }

    /// Whether it has nothing more to do once another one has started.
    ///
    /// A rollback that was asked for after the other one was is there to undo it.
    public func isSuperseded(by other: Promotion) -> Bool {
        guard id != other.id, freight.warehouse == other.freight.warehouse, freight < other.freight else {
            return false
        }
        return kind != .rollback || (createdAt, id) < (other.createdAt, other.id)
    }
}
