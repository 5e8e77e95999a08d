public import Time

/// Somebody's wish to pass gates of a Stage in an emergency.
public struct OverrideRequest: Hashable, Sendable {
    /// Why a Stage's policy has nothing for it.
    public enum Refusal: Error, Hashable, Sendable {
        /// Nobody can pass any gate of the Stage.
        case neverPassed
        /// That gate can never be passed, or is none of the Stage's; these can be.
        case notBypassable(String, among: [String])
        /// It was to last longer than that.
        case tooLong(maximum: TimeSpan)
        /// No gate was named, and none of those that can be passed is closed now.
        case nothingClosed(among: [String])
    }

    /// What a Stage's policy makes of it.
    public struct Terms: Hashable, Sendable {
        /// The gates that it is to pass, by name.
        public let bypasses: [String]
        /// How many others must agree.
        public let approvals: Int
        /// How long it can be used once they have.
        public let validFor: TimeSpan
        /// How soon after its use somebody looks at it.
        public let reviewWithin: TimeSpan
    }

    /// The gates to pass, by name; nothing means those that are closed and can be passed.
    public let bypasses: [String]?
    /// How long it is to last; nothing means as long as it can.
    public let validFor: TimeSpan?
    /// Whether it is to pass what cannot be told.
    public let coversUnknown: Bool

    /// A wish.
    public init(bypasses: [String]? = nil, validFor: TimeSpan? = nil, coversUnknown: Bool = false) {
        self.bypasses = bypasses
        self.validFor = validFor
        self.coversUnknown = coversUnknown
    }

    /// What comes of it, given what the gates say now.
    public func terms(by decision: Decision) throws(Refusal) -> Terms {
        guard let rules = decision.situation.plan?.policy.breakGlass else { throw .neverPassed }
        if let validFor, validFor > rules.maxValidFor { throw .tooLong(maximum: rules.maxValidFor) }
        let named = try bypasses.map { (names) throws(Refusal) in try check(names, rules) } ?? closed(decision)
        guard !named.isEmpty else { throw .nothingClosed(among: rules.bypasses) }
        return Terms(
            bypasses: named,
            // What cannot be told is passed only where another person agrees.
            approvals: coversUnknown ? max(1, rules.approvals) : rules.approvals,
            validFor: validFor ?? rules.maxValidFor, reviewWithin: rules.reviewWithin)
    }

    private func check(_ names: [String], _ rules: StagePolicy.BreakGlass) throws(Refusal) -> [String] {
        var checked: [String] = []
        for name in names {
            guard rules.bypasses.contains(name) else { throw .notBypassable(name, among: rules.bypasses) }
            if !checked.contains(name) { checked.append(name) }
        }
        return checked
    }

    private func closed(_ decision: Decision) -> [String] {
        decision.gates.filter { gate in
            gate.isBypassable && (gate.verdict == .closed || gate.verdict == .unknown && coversUnknown)
        }.map(decision.name(of:))
    }
}
