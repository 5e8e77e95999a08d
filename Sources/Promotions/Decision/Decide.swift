import Time

/// Judges every gate of a Stage for one Freight at one instant. Every way in asks this function, and no other.
public func decide(
    _ situation: Situation, freight: FreightFacts? = nil, override: Override? = nil, _ question: Question
) -> Decision {
    var judge = Judge(situation: situation, freight: freight, override: override, question: question)
    judge.judgeImplicit()
    judge.judgeOwn()
    judge.judgeSlot()
    return judge.decision()
}

/// Collects what the gates say, in the order in which they lead.
struct Judge {
    let situation: Situation
    let freight: FreightFacts?
    let override: Override?
    let question: Question
    var gates: [GateResult] = []

    init(situation: Situation, freight: FreightFacts?, override: Override?, question: Question) {
        self.situation = situation
        self.freight = freight
        self.override = override
        self.question = question
        gates.reserveCapacity(4 + (situation.plan?.policy.gates.count ?? 0))
    }

    mutating func add(_ kind: GateKind, rule: Int? = nil, _ code: GateCode, until: Instant? = nil) {
        let verdict = code.verdict
        let isBypassable = situation.plan?.isBypassable(kind, rule) ?? false
        let isPassable = isBypassable && (kind != .freeze || activeFreezes.allSatisfy(\.allowsBreakGlass))
        let isCovered = verdict != .open && isPassable && isCovered(kind, rule, verdict)
        gates.append(
            GateResult(
                kind: kind, rule: rule, code: code, until: until, isBypassable: isPassable, isCovered: isCovered))
    }

    private func name(_ kind: GateKind, _ rule: Int?) -> String {
        guard let rule, let plan = situation.plan else { return kind.rawValue }
        return plan.policy.gates[rule].name
    }

    private func isCovered(_ kind: GateKind, _ rule: Int?, _ verdict: Verdict) -> Bool {
        guard let override, override.covers.contains(name(kind, rule)) else { return false }
        return verdict == .closed || override.coversUnknown
    }

    var activeFreezes: [Freeze] {
        situation.freezes.filter {
            $0.isActive(at: question.at) && !(question.isRollback && $0.passesRollbacks)
        }
    }
}

extension Judge {
    mutating func judgeImplicit() {
        // What is asked in a wrong name is not what the other gates would speak of.
        switch question.claim {
        case .mismatch: add(.promotion, .promotionMismatch)
        case .over: add(.promotion, .promotionOver)
        case .fits, .slotTaken, nil: break
        }
        judgeStage()
        if let freight { judge(freight.standing) }
        judgeFreezes()
        if let freight { judge(freight.availability) }
    }

    mutating func judgeSlot() {
        switch question.claim {
        case .fits: add(.promotion, .promotionFits)
        case .slotTaken: add(.promotion, .promotionSlotTaken)
        case .mismatch, .over, nil: break
        }
    }

    private mutating func judgeStage() {
        if situation.fault != nil {
            add(.stage, .policyUnreadable)
        } else if !situation.isKnown {
            add(.stage, .stageUnknown)
        } else if situation.plan == nil {
            add(.stage, .policyMissing)
        } else if let disabling = situation.disabling, disabling.isActive(at: question.at) {
            add(.stage, .stageDisabled, until: disabling.end)
        } else {
            add(.stage, .stageOpen)
        }
    }

    private mutating func judge(_ standing: FreightFacts.Standing) {
        switch standing {
        case .accepted: add(.freight, .freightAccepted)
        case .unknown: add(.freight, .freightUnknown)
        case .rejected: add(.freight, .freightRejected)
        case .wrongOrigin: add(.freight, .freightWrongOrigin)
        case .notMirrored: add(.freight, .freightNotMirrored)
        }
    }

    private mutating func judgeFreezes() {
        guard !situation.freezes.isEmpty else { return add(.freeze, .freezeNone) }
        let active = activeFreezes
        guard !active.isEmpty else { return add(.freeze, .freezeNone) }
        // All must end before it opens; one without an end is ended by a person.
        let ends = active.compactMap(\.end)
        add(.freeze, .freezeActive, until: ends.count == active.count ? ends.max() : nil)
    }

    private mutating func judge(_ availability: FreightFacts.Availability) {
        switch availability {
        case .direct: add(.availability, .availabilityDirect)
        case .verified: add(.availability, .availabilityVerified)
        case .notVerified: add(.availability, .availabilityNotVerified)
        case .soaking(_, let until):
            if question.at < until {
                add(.availability, .availabilitySoaking, until: until)
            } else {
                add(.availability, .availabilityVerified)
            }
        case .notSoaked: add(.availability, .availabilityNotSoaked)
        case .noUpstream: add(.availability, .availabilityNoUpstream)
        case .unknown: add(.availability, .availabilityUnknown)
        }
    }
}
