import Postgres
import Promotions
import Store
import Time

/// All that want into a Stage, or are at work in it, with what is decided of each at one instant.
struct StageTable {
    private let turn: StageTurn
    private let rows: [PromotionStore.Row]
    private let decisions: [String: Decision]
    /// What those that are let in have to use up for it.
    private let spending: [String: Set<Override>]
    private let rejected: Set<String>
    private let wanted: AutoTurn.Wanted

    /// Decides about all of them, beside what is wanted without anybody asking.
    init(
        rows: [PromotionStore.Row], wanted: AutoTurn.Wanted, turn: StageTurn, _ connection: borrowing Connection
    ) throws {
        self.turn = turn
        self.rows = rows
        self.wanted = wanted
        let freight = Array(Set(rows.map(\.promotion.freight.id)))
        let facts = try StageFacts(
            of: freight, for: turn.stage, in: turn.project, turn.ground.snapshot, at: turn.ground.now,
            askedWith: Array(Set(rows.compactMap(\.token))), connection)
        let grants = try Grants(
            for: freight, in: turn.stage, of: turn.project, turn.ground.snapshot, at: turn.ground.now, connection)
        let history = try RollbackReader(
            among: rows.map(\.promotion).filter(\.isQueued), in: turn.stage, of: turn.project, connection)
        let first = turn.policy?.work.first
        var decisions: [String: Decision] = [:]
        var spending: [String: Set<Override>] = [:]
        var rejected: Set<String> = []
        for row in rows {
            let promotion = row.promotion
            let known = facts.facts(of: promotion.freight.id, askedWith: row.token)
            if case .rejected = known.standing { rejected.insert(promotion.id) }
            guard promotion.isQueued else { continue }
            let isRollback = history.isRollback(promotion)
            let overrides = try grants.overrides(for: promotion, of: turn.project, connection)
            func decision(_ moment: Question.Moment) -> Decision {
                let request = Admit.Request(
                    project: turn.project, stage: turn.stage, moment: moment, isRollback: isRollback)
                return turn.ground.decision(on: request, known, overrides)
            }
            let entry = decision(.entry)
            // Who is let in now, and has not the time to do its work, would be held again at the last check.
            let last = entry.isAllowed ? first.map { decision(.recheck(remaining: $0.timeout)) } ?? entry : entry
            decisions[promotion.id] = last
            if last.isAllowed { spending[promotion.id] = Set([entry, last].compactMap(\.overrideToSpend)) }
        }
        (self.decisions, self.rejected, self.spending) = (decisions, rejected, spending)
    }

    /// Lets in whoever is to be let in, and writes down what holds the others; answers what is to be worked on.
    func settle(_ connection: borrowing Connection) throws -> PromotionWorkStore.Lease? {
        let queue = StageQueue(
            order: turn.policy?.queue ?? .newestWins, heldOrigins: heldOrigins,
            favoured: Set(spending.filter { !$0.value.isEmpty }.keys))
        // By a clock that cannot be trusted nobody's time is over.
        let changed = turn.ground.canTell ? try changes(queue) : []
        var lease: PromotionWorkStore.Lease?
        for row in rows {
            if let next = changed.first(where: { $0.id == row.promotion.id }) {
                lease = try apply(next, to: row, connection) ?? lease
            } else if row.promotion.isQueued, let decision = decisions[row.promotion.id] {
                try wait(row, decision, queue, connection)
            }
        }
        return lease
    }

    /// Who is let in, and who ends.
    private func changes(_ queue: StageQueue) throws -> [Promotion] {
        var changed = try activeChanges() + refused() + leftBehind()
        func rest() -> [Promotion] { rows.map(\.promotion).filter { one in !changed.contains { $0.id == one.id } } }
        // Whoever was at work and has just ended leaves the slot to the next look.
        let active = rows.map(\.promotion).filter(\.phase.isActive)
        let others = rest().filter { !$0.phase.isActive }
        changed += try queue.turn(active + others, at: turn.ground.now) {
            canWork && decisions[$0.id]?.isAllowed ?? false
        }
        for older in queue.overtaken(rest(), { decisions[$0.id]?.outlook }) {
            changed.append(try transition(older, on: .ended(.superseded)))
        }
        return changed
    }

    /// What goes in by itself is held by somebody's word, and where the Stage is promoted into only on request.
    private var heldOrigins: Set<String> {
        turn.line?.isAutoPromoted == true ? wanted.held : Set(rows.map(\.promotion.freight.warehouse))
    }

    /// When time may change something here.
    func nextLook(patience: TimeSpan) -> Instant? {
        let now = turn.ground.now
        var instants = rows.flatMap { [$0.promotion.isQueued ? $0.promotion.waitUntil : nil, $0.deadline] }
        for decision in decisions.values {
            // Not all Stages in the world at the very opening: its first seconds are shared out.
            instants.append(decision.opening(after: now).map { $0 + jitter })
            instants += decision.gates.map(\.until)
            // What cannot be told now may be told soon, and nobody says when.
            if decision.verdict == .unknown { instants.append(now + patience) }
        }
        return instants.compactMap(\.self).filter { $0 > now }.min()
    }

    private var jitter: TimeSpan {
        let hash = "\(turn.project)/\(turn.stage)".utf8.reduce(5_381 as UInt32) { $0 &* 33 &+ UInt32($1) }
        return .milliseconds(Int64(hash % 2_000))
    }

    /// Whether somebody does what the policy has done outside.
    private var canWork: Bool { work.allSatisfy { turn.executors.executor(of: $0) != nil } }
    private var work: [Work] { turn.policy?.work ?? [] }

    /// What becomes of whoever is at work: its Freight is wanted nowhere any more, or a deployer outside has told nothing.
    private func activeChanges() throws -> [Promotion] {
        try rows.filter(\.promotion.phase.isActive).compactMap { row in
            if row.promotion.kind == .external, let deadline = row.deadline, deadline <= turn.ground.now {
                return try transition(row.promotion, on: .ended(.deadlinePassed))
            }
            guard rejected.contains(row.promotion.id) else { return nil }
            let next = try transition(row.promotion, on: .refused(.freightRejected))
            return next == row.promotion ? nil : next
        }
    }

    /// Those that neither time nor a person lets in.
    private func refused() throws -> [Promotion] {
        try rows.map(\.promotion).compactMap { promotion in
            guard let code = decisions[promotion.id]?.finalCode, !code.mayPassLater else { return nil }
            return try transition(promotion, on: .refused(code))
        }
    }

    /// Those made by themselves after a Stage that runs other Freight by now.
    private func leftBehind() throws -> [Promotion] {
        try rows.map(\.promotion).compactMap { promotion in
            let origin = promotion.freight.warehouse
            guard promotion.isQueued, promotion.kind == .auto,
                turn.line?.request(for: origin)?.selection == .matchUpstream,
                wanted.followed[origin] != promotion.freight
            else { return nil }
            return try transition(promotion, on: .ended(.superseded))
        }
    }

    private func apply(
        _ next: Promotion, to row: PromotionStore.Row, _ connection: borrowing Connection
    ) throws -> PromotionWorkStore.Lease? {
        let decision = decisions[row.promotion.id]
        if next.phase.isTerminal {
            let reason = next.state == .ended(.superseded) ? PromotionWriter.supersededBy : decision?.reason
            try turn.writer.end(next, from: row.promotion, reason: reason, decision: decision, connection)
            return nil
        }
        guard !row.promotion.phase.isActive, let decision else {
            try turn.writer.move(next, reason: row.reason, deadline: row.deadline, connection)
            return nil
        }
        for override in spending[next.id, default: []] {
            try turn.writer.spend(override, on: next, decision, connection)
        }
        try turn.writer.start(next, decision, connection)
        guard !work.isEmpty else {
            let done = try transition(next, on: .ended(.succeeded))
            try turn.writer.end(done, from: next, reason: nil, decision: decision, connection)
            return nil
        }
        return try PromotionWorkStore.lease(
            next, of: turn.project, for: work, until: turn.ground.now + turn.leaseSpan, connection)
    }

    /// It waits, and says for what.
    private func wait(
        _ row: PromotionStore.Row, _ decision: Decision, _ queue: StageQueue, _ connection: borrowing Connection
    ) throws {
        let (hold, reason) = hold(row.promotion, decision, queue)
        let waiting = try transition(row.promotion, on: .held(hold))
        let opening = decision.opening(after: turn.ground.now)
        guard waiting != row.promotion || reason != row.reason || opening != row.nextOpen else { return }
        try turn.writer.hold(waiting, from: row.promotion, reason: reason, decision, connection)
    }

    private func hold(
        _ promotion: Promotion, _ decision: Decision, _ queue: StageQueue
    ) -> (PromotionHold, reason: String) {
        let stage = turn.stage
        if !decision.isAllowed { return (.gate(decision.code), decision.reason) }
        if !canWork { return (.deployer, "the gates are open, but nothing deploys to \(stage) or verifies it yet") }
        if !queue.mayEnter(promotion) {
            return (.origin, "nothing of '\(promotion.freight.warehouse)' goes into \(stage) by itself for now")
        }
        return (.slot, "another promotion goes into \(stage) first")
    }
}
