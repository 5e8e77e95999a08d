import Calendars
public import JSON
public import Ledger
public import Postgres
public import Promotions
public import Store
public import Time

/// Writes down what becomes of a Stage's promotions, with its events and with the calls for a look at whatever waits for
/// it, in the transaction that decided it. Whoever does holds the Stage.
public struct PromotionWriter: Sendable {
    /// The project.
    public let project: String
    /// The Stage.
    public let stage: String
    /// The time.
    public let now: Instant
    /// Who does it.
    public let actor: AuditEvent.Actor
    /// The request that caused it.
    public let requestID: String?
    private let line: StageLine
    private let isDrill: Bool
    private let session: AuditEvent.Session?

    /// A writer for a Stage as it stands in a snapshot.
    public init(
        project: String, stage: String, snapshot: Snapshot, now: Instant, isDrill: Bool,
        actor: AuditEvent.Actor = .system, requestID: String? = nil
    ) {
        self.project = project
        self.stage = stage
        self.now = now
        self.actor = actor
        self.requestID = requestID
        self.isDrill = isDrill
        session = snapshot.session(at: now, project: project, stage: stage)
        line = snapshot.projects[project]?.line ?? StageLine(stages: [])
    }

    /// Freight is wanted in the Stage.
    public func ask(
        _ draft: PromotionStore.Draft, more: [JSONValue.Member] = [], _ connection: borrowing Connection
    ) throws {
        try PromotionStore.add(draft, connection)
        var details: [JSONValue.Member] = [.init("kind", .string(draft.promotion.kind.rawValue))]
        if let ticket = draft.ticket { details.append(.init("ticket", .string(ticket))) }
        if let retryOf = draft.retryOf { details.append(.init("retryOf", .string(retryOf))) }
        try append(.promotionRequested, draft.promotion, draft.justification, details + more, connection)
    }

    /// A deployer outside is let in, and has its answer; those that wait with older Freight never go in.
    public func enter(
        _ draft: PromotionStore.Draft, _ decision: Decision, _ connection: borrowing Connection
    ) throws {
        let running = try transition(draft.promotion, on: .started)
        try ask(draft, connection)
        let timeout = decision.situation.plan?.policy.deploy?.timeout ?? Self.usualTime
        if let override = decision.overrideToSpend { try spend(override, on: running, decision, connection) }
        try start(running, decision, deadline: now + timeout, connection)
        try StageHistoryStore.noteDeployed(running, in: project, at: now, connection)
        for row in try PromotionStore.unfinished(into: stage, of: project, connection)
        where row.promotion.isSuperseded(by: running) && row.promotion.isQueued {
            let superseded = try transition(row.promotion, on: .ended(.superseded))
            try end(superseded, from: row.promotion, reason: Self.supersededBy, connection)
        }
        try StageCallStore.call(project, stage: stage, connection)
    }

    static let supersededBy = "newer Freight goes in before it"
    /// How long a deployer outside may take where no policy says more.
    private static let usualTime = TimeSpan.hours(1)

    /// It waits; told as an event where it did not wait for this before.
    func hold(
        _ waiting: Promotion, from before: Promotion, reason: String, _ decision: Decision,
        _ connection: borrowing Connection
    ) throws {
        try PromotionWorkStore.change(
            waiting, reason: reason, nextOpen: decision.opening(after: now), at: now, connection)
        guard waiting.state != before.state else { return }
        try append(.promotionHeld, waiting, nil, details(of: waiting, decision), connection)
        // What had the slot gives it back.
        if before.phase.isActive { try StageCallStore.call(project, stage: stage, connection) }
    }

    /// How long the later checks of whoever used an override are covered by it.
    private static let coverage = TimeSpan.hours(1)

    /// It was let past closed gates, and uses up the leave for that.
    public func spend(
        _ override: Override, on running: Promotion, _ decision: Decision, _ connection: borrowing Connection
    ) throws {
        let coversUntil = now + Self.coverage
        guard
            try OverrideStore.consume(
                override.id, by: running.id, at: now, coversUntil: coversUntil, connection)
        else { throw PostgresError.unexpected("the override \(override.id) is not there to be used any more") }
        let details: [JSONValue.Member] = [
            .init("override", .string(override.id)),
            .init("covers", .array(decision.coveredGates.map { .string($0) })),
            .init("verdict", .string(decision.verdict.rawValue)), .init("decision", .string(decision.code.rawValue)),
            .init("reason", .string(decision.reason)), .init("coversUntil", .string(coversUntil.text)),
        ]
        try append(.overrideConsumed, running, nil, details, connection)
    }

    /// It was let in.
    func start(
        _ running: Promotion, _ decision: Decision, deadline: Instant? = nil, _ connection: borrowing Connection
    ) throws {
        try PromotionWorkStore.change(running, reason: nil, deadline: deadline, at: now, connection)
        try append(.promotionStarted, running, nil, details(of: running, decision), connection)
    }

    /// It goes on, or is being stopped.
    public func move(
        _ next: Promotion, reason: String? = nil, deadline: Instant? = nil, _ connection: borrowing Connection
    ) throws {
        try PromotionWorkStore.change(next, reason: reason, deadline: deadline, at: now, connection)
        if next.isBeingStopped { try append(.promotionStopping, next, reason, details(of: next, nil), connection) }
    }

    /// It has ended; what may wait for that is looked at.
    public func end(
        _ ended: Promotion, from before: Promotion, reason: String?, decision: Decision? = nil,
        _ connection: borrowing Connection
    ) throws {
        try PromotionWorkStore.change(ended, reason: reason, at: now, connection)
        if ended.phase == .succeeded {
            try StageHistoryStore.noteDeployed(ended, in: project, at: now, connection)
            try StageHistoryStore.makeCurrent(ended, in: project, at: now, connection)
            try StageHistoryStore.verify(ended, in: project, at: now, connection)
            try ApprovalStore.useUp(
                by: ended.id, of: ended.freight.id, in: stage, of: project, connection)
            let behind = line.behind(stage, of: ended.freight.warehouse, at: now)
            try StageCallStore.call(project, stages: behind, connection)
        }
        // Of what nothing was sent nothing is to be kept from being undone.
        if !before.hasSent, ended.phase != .succeeded, try HoldStore.release(ended.id, at: now, connection) {
            try append(
                .stageResumed, ended, "nothing has come of \(ended.id)",
                [.init("warehouse", .string(ended.freight.warehouse))], connection)
        }
        // Whoever verifies is not told; what they say is not heard any more.
        if case .verifying = before.state {
            try StepStore.end(of: ended.id, .stopped, detail: "the promotion has ended", at: now, connection)
        }
        if before.phase.isActive { try StageCallStore.call(project, stage: stage, connection) }
        let said = actor == .system ? nil : reason
        var details = details(of: ended, decision)
        if said == nil, decision == nil, let reason { details.append(.init("reason", .string(reason))) }
        try append(.promotionEnded, ended, said, details, connection)
    }

    private func details(of promotion: Promotion, _ decision: Decision?) -> [JSONValue.Member] {
        var details: [JSONValue.Member] = [.init("phase", .string(promotion.phase.rawValue))]
        switch promotion.state {
        case .ended(let code, let gate):
            details.append(.init("code", .string(code.rawValue)))
            if let gate { details.append(.init("gate", .string(gate.rawValue))) }
        case .waiting(let hold): details.append(.init("code", .string(hold.code)))
        case .running(.stopping(let code)): details.append(.init("code", .string(code.rawValue)))
        default: break
        }
        guard let decision else { return details }
        details += [
            .init("decision", .string(decision.code.rawValue)), .init("reason", .string(decision.reason)),
            .init("revision", .integer(decision.situation.revision)),
            .init("epoch", .integer(decision.situation.epoch)),
        ]
        if let calendar = decision.situation.plan?.calendar {
            let known: [JSONValue.Member] = [
                .init("id", .string(calendar.id)), .init("version", .string(calendar.version)),
            ]
            details.append(.init("calendar", .object(known)))
        }
        if decision.isObserved { details.append(.init("enforcement", .string("observe"))) }
        if decision.question.isRollback { details.append(.init("rollback", .bool(true))) }
        let approvals = decision.approvals
        if !approvals.isEmpty {
            details.append(
                .init(
                    "approvals",
                    .array(
                        approvals.map { .object([.init("by", .string($0.subject)), .init("at", .string($0.at.text))]) })
                ))
        }
        // Leave that was there and was not needed is told, and kept.
        if let override = decision.override {
            let isNeeded = !decision.isObserved && !decision.coveredGates.isEmpty
            details.append(
                .init("override", .object([.init("id", .string(override.id)), .init("needed", .bool(isNeeded))])))
        }
        return details
    }

    private func append(
        _ code: EventCode, _ promotion: Promotion, _ reason: String?, _ details: [JSONValue.Member],
        _ connection: borrowing Connection
    ) throws {
        try AuditStore.append(
            AuditEvent(
                code, at: now, actor: actor, project: project, stage: stage, freight: promotion.freight.id,
                promotion: promotion.id, reason: reason, details: details, requestID: requestID, isDrill: isDrill
            ).during(session),
            connection)
    }
}

extension Decision {
    /// When time alone will let it in, if it does not let it in now.
    func opening(after now: Instant) -> Instant? { nextOpen.flatMap { $0 > now ? $0 : nil } }
}

extension Promotion {
    fileprivate var hasSent: Bool {
        switch state {
        case .pending, .waiting, .running(.unsent): false
        default: true
        }
    }

    fileprivate var isBeingStopped: Bool {
        if case .running(.stopping) = state { true } else { false }
    }
}
