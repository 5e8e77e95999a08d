import Calendars
public import Time

extension Judge {
    /// The policy's own gates, in its order; a rollback passes those that the policy names for it.
    mutating func judgeOwn() {
        guard let plan = situation.plan else { return }
        for index in plan.policy.gates.indices {
            if question.isRollback, let names = plan.policy.rollbackGates,
                !names.contains(plan.policy.gates[index].name)
            {
                continue
            }
            switch plan.tables[index] {
            case .market(let timeline, let calendar): judge(timeline, coverage: calendar.coverage, index)
            case .window(let timeline, let kind, _): judge(timeline, kind, index)
            case .faulty(let code, _): add(plan.policy.gates[index].gateKind, rule: index, code)
            case .timeless: if let freight { judge(plan.policy.gates[index], freight, index) }
            }
        }
    }

    private mutating func judge(_ timeline: Timeline<MarketPhase>, coverage: Range<Instant>, _ rule: Int) {
        guard let place = timeline.index(at: question.at) else {
            return add(.market, rule: rule, .calendarOutsideCoverage)
        }
        let phase = timeline.stretch(place).phase
        let change = timeline.change(after: place) { ($0 == .open) != (phase == .open) }
        if case .recheck(let remaining) = question.moment, phase == .open || phase == .beforeOpen {
            // The margin before a session refuses entry; here the rest of the work must still fit before the session.
            let session = timeline.change(after: place - 1) { $0.isSession }
            let fits =
                session.map { question.at + remaining <= $0 } ?? timeline.coverage.contains(question.at + remaining)
            return add(.market, rule: rule, fits ? .marketOpen : .marketNoRoom, until: change)
        }
        add(.market, rule: rule, phase.code, until: change)
    }

    private mutating func judge(_ timeline: Timeline<WindowPhase>, _ kind: Window.Kind, _ rule: Int) {
        guard let place = timeline.index(at: question.at) else {
            return add(.window, rule: rule, .windowOutsideCoverage)
        }
        let isOpen = timeline.stretch(place).phase == .open
        let change = timeline.change(after: place) { ($0 == .open) != isOpen }
        guard isOpen else {
            return add(.window, rule: rule, kind == .deny ? .windowDenied : .windowNotAllowed, until: change)
        }
        if case .recheck(let remaining) = question.moment, let change, change < question.at + remaining {
            return add(.window, rule: rule, .windowNoRoom, until: change)
        }
        add(.window, rule: rule, .windowOpen, until: change)
    }

    private mutating func judge(_ rule: GateRule, _ freight: FreightFacts, _ index: Int) {
        switch rule.kind {
        case .market, .window: break
        case .approval(let rule):
            let isEnough = freight.count(of: rule, at: question.at) >= rule.required
            add(.approval, rule: index, isEnough ? .approvalGiven : .approvalMissing)
        case .soak(let time):
            guard let since = freight.verifiedSince else { return add(.soak, rule: index, .soakNotStarted) }
            let end = since + time
            add(.soak, rule: index, question.at < end ? .soakRunning : .soakDone, until: question.at < end ? end : nil)
        case .verification(let rule):
            let code = freight.code(of: rule, at: question.at)
            let counts = rule.mode == .enforcing || code.verdict == .open
            add(.verification, rule: index, counts ? code : .verificationAdvisory)
        }
    }
}

extension FreightFacts {
    /// How many distinct persons' word counts at an instant.
    public func count(of rule: ApprovalRule, at instant: Instant) -> Int {
        approvals.isEmpty ? 0 : Set(counting(for: rule, at: instant).map(\.subject)).count
    }

    func counting(for rule: ApprovalRule, at instant: Instant) -> [Approval] {
        approvals.filter { approval in
            approval.at <= instant && rule.validFor.map { instant < approval.at + $0 } ?? true
        }
    }

    func code(of rule: VerificationRule, at instant: Instant) -> GateCode {
        guard let finding = findings[rule.suite] else { return .verificationMissing }
        switch finding.state {
        case .running: return .verificationRunning
        case .failed: return .verificationFailed
        case .errored: return .verificationErrored
        case .passed:
            let isOld = rule.maxAge.map { finding.at + $0 <= instant } ?? false
            return isOld ? .verificationExpired : .verificationPassed
        }
    }
}

extension Decision {
    /// Whose word counted for a gate that asks for it.
    public var approvals: [FreightFacts.Approval] {
        guard let freight, let gates = situation.plan?.policy.gates else { return [] }
        let counting = gates.flatMap { gate -> [FreightFacts.Approval] in
            guard case .approval(let rule) = gate.kind else { return [] }
            return freight.counting(for: rule, at: question.at)
        }
        return Set(counting).sorted { ($0.at, $0.subject) < ($1.at, $1.subject) }
    }
}

extension MarketPhase {
    var isSession: Bool {
        switch self {
        case .pre, .core, .post, .overnight: true
        case .open, .beforeOpen, .afterClose: false
        }
    }

    var code: GateCode {
        switch self {
        case .open: .marketOpen
        case .beforeOpen: .marketBeforeOpen
        case .pre: .marketPreSession
        case .core: .marketCoreSession
        case .post: .marketPostSession
        case .overnight: .marketOvernightSession
        case .afterClose: .marketAfterClose
        }
    }
}

extension Timeline {
    /// When the first stretch behind that place begins whose phase is looked for.
    func change(after place: Int, to isWanted: (Phase) -> Bool) -> Instant? {
        var index = place + 1
        while index < count {
            let stretch = stretch(index)
            if isWanted(stretch.phase) { return stretch.start }
            index += 1
        }
        return nil
    }
}
