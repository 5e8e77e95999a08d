import Postgres
import Promotions
import Store
import Time

/// Reads and writes how far a promotion's work has come, each time in the transaction of the door and by whoever has its
/// fence; others find that it is no longer theirs.
struct WorkRecord: Sendable {
    /// What whoever works on a promotion does next.
    enum Position: Sendable {
        /// Nothing: it has ended, or waits again, or is somebody else's.
        case over
        /// This was written down just now, and is to be sent.
        case intended(WorkOrder)
        /// This was written down, perhaps by somebody else, and nobody knows whether it was sent.
        case unclear(WorkOrder, deadline: Instant)
        /// This was sent, and is to end by then.
        case sent(WorkOrder, deadline: Instant)
    }

    let lease: PromotionWorkStore.Lease
    let admit: Admit
    let pool: Pool
    let executors: Executors
    let span: TimeSpan
    let isDrill: Bool

    /// How long whoever wrote an intent down may take to send it: much less than the lease.
    private var sendingSpan: TimeSpan { TimeSpan(microseconds: span.microseconds / 3) }

    /// Where the promotion's work stands; what is to be done next is written down if that may be done now.
    func next() async throws -> Position {
        try await admit.act(in: lease.project) { connection, ground in
            guard let row = try held(ground, connection) else { return .over }
            try PromotionWorkStore.renew(
                lease, until: ground.now + span, ifOverBefore: ground.now + sendingSpan + sendingSpan, connection)
            let steps = try StepStore.steps(of: [lease.promotion], connection)[lease.promotion, default: []]
            if let open = steps.last, open.outcome == nil {
                let (order, deadline) = (order(open, row.promotion), open.intendedAt + open.work.timeout)
                return open.sentAt == nil ? .unclear(order, deadline: deadline) : .sent(order, deadline: deadline)
            }
            return try begin(row, steps, ground, connection)
        }
    }

    /// Writes down that what is under way was sent.
    func noteSent() async throws {
        try await admit.act(in: lease.project) { connection, ground in
            guard try held(ground, connection) != nil else { return }
            try StepStore.noteSent(of: lease.promotion, at: ground.now, connection)
        }
    }

    /// Writes down that what is under way was never sent, and never will be.
    func withdraw(_ order: WorkOrder) async throws {
        try await admit.act(in: lease.project) { connection, ground in
            guard let row = try held(ground, connection) else { return }
            try StepStore.end(of: lease.promotion, .withdrawn, detail: nil, at: ground.now, connection)
            guard case .deploy = order.work else { return }
            try StageHistoryStore.withdraw(row.promotion, at: ground.now, connection)
            let next = try transition(row.promotion, on: .withdrawn)
            try write(next, from: row.promotion, reason: row.reason, ground, connection)
        }
    }

    /// Lets what takes too long be stopped; the slot is free when that was heard, or when as much time again has gone by.
    func stopForBeingLate() async throws {
        try await admit.act(in: lease.project) { connection, ground in
            guard let row = try held(ground, connection) else { return }
            let next = try transition(row.promotion, on: .givenUp(.deadlinePassed))
            try write(next, from: row.promotion, reason: row.reason, ground, connection)
        }
    }

    /// Writes down how what is under way ended, and what that makes of the promotion; answers whether that is over.
    func end(_ order: WorkOrder, _ result: WorkResult, detail: String?) async throws -> Bool {
        try await admit.act(in: lease.project) { connection, ground in
            guard let row = try held(ground, connection) else { return true }
            let steps = try StepStore.steps(of: [lease.promotion], connection)[lease.promotion, default: []]
            let outcome = StepStore.Outcome(result)
            try StepStore.end(of: lease.promotion, outcome, detail: detail, at: ground.now, connection)
            // What was refused was never done; nobody is to go by it.
            if result == .refused, case .deploy = order.work {
                try StageHistoryStore.withdraw(row.promotion, at: ground.now, connection)
            }
            var next = row.promotion
            let events = next.events(
                after: order.work, result, rest: rest(row, after: steps),
                refusal: try refusal(of: row.promotion, ground, connection))
            for event in events where !next.phase.isTerminal { next = try transition(next, on: event) }
            try write(next, from: row.promotion, reason: detail ?? row.reason, ground, connection)
            return next.phase.isTerminal
        }
    }

    /// Lets others take it over at once, also when whoever had it is being stopped.
    func release() async {
        let (pool, lease) = (pool, lease)
        await Task { try? await pool.withConnection { try PromotionWorkStore.release(lease, $0) } }.value
    }

    /// The promotion, if it is still at work and in these hands.
    private func held(
        _ ground: Admit.Ground, _ connection: borrowing Connection
    ) throws -> PromotionStore.Row? {
        try StageCallStore.hold(lease.stage, of: lease.project, connection)
        let row = try PromotionStore.promotion(lease.promotion, in: lease.project, connection)
        return row.flatMap { $0.promotion.phase.isActive && $0.fence == lease.fence ? $0 : nil }
    }

    private func begin(
        _ row: PromotionStore.Row, _ steps: [StepStore.Step], _ ground: Admit.Ground,
        _ connection: borrowing Connection
    ) throws -> Position {
        var promotion = row.promotion
        guard let work = rest(row, after: steps).first else {
            throw PostgresError.unexpected("the promotion \(promotion.id) is at work and has nothing to do")
        }
        if let refusal = try refusal(of: promotion, ground, connection) {
            try write(
                try transition(promotion, on: .refused(refusal)), from: promotion, reason: nil, ground, connection)
            return .over
        }
        switch work {
        case .deploy:
            guard try mayBegin(work, promotion, askedWith: row.token, ground, connection) else { return .over }
            promotion = try transition(promotion, on: .sent)
            try StageHistoryStore.noteDeployed(promotion, in: lease.project, at: ground.now, connection)
        case .verify where promotion.phase == .running: promotion = try transition(promotion, on: .deployed)
        case .verify: break
        }
        if promotion != row.promotion { try writer(ground).move(promotion, connection) }
        let notAfter = ground.now + sendingSpan
        try StepStore.intend(
            work, of: promotion.id, fence: lease.fence, at: ground.now, notAfter: notAfter, connection)
        return .intended(
            WorkOrder(
                project: lease.project, promotion: promotion, work: work, number: Int64(steps.count + 1),
                fence: lease.fence, notAfter: notAfter))
    }

    /// The last check before what cannot be undone: only what still lets the work be finished lets it begin.
    private func mayBegin(
        _ work: Work, _ promotion: Promotion, askedWith token: String?, _ ground: Admit.Ground,
        _ connection: borrowing Connection
    ) throws -> Bool {
        let facts = try StageFacts(
            of: [promotion.freight.id], for: lease.stage, in: lease.project, ground.snapshot, at: ground.now,
            askedWith: token.map { [$0] } ?? [], connection
        )
        let history = try RollbackReader(among: [promotion], in: lease.stage, of: lease.project, connection)
        let request = Admit.Request(
            project: lease.project, stage: lease.stage, moment: .recheck(remaining: work.timeout),
            isRollback: history.isRollback(promotion))
        let grants = try Grants(
            for: [promotion.freight.id], in: lease.stage, of: lease.project, ground.snapshot, at: ground.now, connection
        )
        let decision = ground.decision(
            on: request, facts.facts(of: promotion.freight.id, askedWith: token),
            try grants.overrides(for: promotion, of: lease.project, connection))
        let writer = writer(ground)
        if decision.isAllowed {
            if let override = decision.overrideToSpend {
                try writer.spend(override, on: promotion, decision, connection)
            }
            return true
        }
        if let code = decision.finalCode, !code.mayPassLater {
            let refused = try transition(promotion, on: .refused(code))
            try writer.end(refused, from: promotion, reason: decision.reason, decision: decision, connection)
        } else {
            let waiting = try transition(promotion, on: .held(.gate(decision.code)))
            try writer.hold(
                waiting, from: promotion, reason: decision.reason, decision, connection)
        }
        return false
    }

    /// What says for good that a promotion that is at work should not be.
    private func refusal(
        of promotion: Promotion, _ ground: Admit.Ground, _ connection: borrowing Connection
    ) throws -> GateCode? {
        let known = try FreightStanding.known(of: [promotion.freight.id], in: lease.project, connection)
        return known[promotion.freight.id]?.rejection == nil ? nil : .freightRejected
    }

    private func write(
        _ next: Promotion, from before: Promotion, reason: String?, _ ground: Admit.Ground,
        _ connection: borrowing Connection
    ) throws {
        if next.phase.isTerminal {
            try writer(ground).end(next, from: before, reason: reason, connection)
        } else if next != before {
            try writer(ground).move(next, reason: reason, connection)
        }
    }

    /// What of the work that it was let in for is still to be done, whatever the policy says by now.
    private func rest(_ row: PromotionStore.Row, after steps: [StepStore.Step]) -> [Work] {
        row.work.remaining(after: steps.filter { $0.outcome != .withdrawn }.map(\.work))
    }

    private func order(_ step: StepStore.Step, _ promotion: Promotion) -> WorkOrder {
        WorkOrder(
            project: lease.project, promotion: promotion, work: step.work, number: step.number, fence: lease.fence,
            notAfter: step.notAfter)
    }

    private func writer(_ ground: Admit.Ground) -> PromotionWriter {
        PromotionWriter(
            project: lease.project, stage: lease.stage, snapshot: ground.snapshot, now: ground.now, isDrill: isDrill)
    }
}

extension StepStore.Outcome {
    fileprivate init(_ result: WorkResult) {
        switch result {
        case .done: self = .done
        case .failed: self = .failed
        case .errored, .refused, .late: self = .errored
        case .stopped: self = .stopped
        }
    }
}
