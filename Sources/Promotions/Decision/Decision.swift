public import Time

/// What one gate says.
public struct GateResult: Hashable, Sendable {
    /// What the gate looks at.
    public let kind: GateKind
    /// Its place in the policy; nothing for the gates that every Stage has.
    public let rule: Int?
    /// Why it says what it says.
    public let code: GateCode
    /// Until when it says so, as far as time alone goes.
    public let until: Instant?
    /// Whether break-glass can pass it.
    public let isBypassable: Bool
    /// Whether the override of this decision passes it.
    public let isCovered: Bool

    /// What it says.
    public var verdict: Verdict { code.verdict }
}

/// The verdict of all gates of a Stage at one instant, with its explanation.
public struct Decision: Sendable {
    /// The Stage as it stood.
    public let situation: Situation
    /// What was known of the Freight; nothing if none was named.
    public let freight: FreightFacts?
    /// The question.
    public let question: Question
    /// What each gate says, in the order in which they lead.
    public let gates: [GateResult]
    /// The override, if one was brought along.
    public let override: Override?
    /// Whether the Freight may go in.
    public let isAllowed: Bool
    /// What the gates say together, whatever an override lets in.
    public let verdict: Verdict
    /// Whether neither time nor a person can let this promotion in.
    public let isFinal: Bool
    /// The place of the gate that leads: the first that does not let in, or the first of all.
    public let leading: Int
    /// The first instant at which every time gate is open, whatever else is missing.
    public let nextOpen: Instant?
    /// When a time gate closes after that.
    public let nextClose: Instant?
    /// The first instant from which all time gates stay open as long as was asked.
    public let nextQuiet: Instant?

    /// The leading gate's code.
    public var code: GateCode { gates[leading].code }

    /// Why neither time nor a person can let it in, if so; another gate may lead.
    public var finalCode: GateCode? {
        isFinal ? gates.first { $0.verdict != .open && !$0.isCovered && $0.code.isFinal }?.code : nil
    }

    /// Whether the policy only observes.
    public var isObserved: Bool { situation.plan?.policy.enforcement == .observe }

    /// One sentence for a person: what holds, why, and until when.
    public var reason: String { Reasons(self).whole }

    /// One sentence for a person about one gate.
    public func reason(of gate: GateResult) -> String { Reasons(self).of(gate) }

    /// What is missing beside time.
    public var needs: [GateKind] {
        if verdict == .open { return [] }
        return GateKind.allCases.filter { kind in
            gates.contains {
                $0.kind == kind && $0.verdict != .open && !$0.isCovered && !kind.isTime && $0.until == nil
            }
        }
    }

    /// Gates that could not be judged because no Freight was named.
    public var notJudged: [String] {
        freight == nil ? situation.plan?.needingFreight ?? GatePlan.alwaysNeedingFreight : []
    }

    /// A gate's name.
    public func name(of gate: GateResult) -> String {
        guard let rule = gate.rule, let plan = situation.plan else { return gate.kind.rawValue }
        return plan.policy.gates[rule].name
    }
}

extension GateRule {
    var gateKind: GateKind {
        switch kind {
        case .market: .market
        case .window: .window
        case .approval: .approval
        case .soak: .soak
        case .verification: .verification
        }
    }

    var needsFreight: Bool { gateKind.needsFreight }
}
