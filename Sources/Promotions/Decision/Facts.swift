public import Time

/// What is known of one Freight, as far as one Stage is concerned.
public struct FreightFacts: Hashable, Sendable {
    /// What the Freight is to the Stage.
    public enum Standing: Hashable, Sendable {
        /// It exists, comes from where the Stage takes it, and nobody rejected it.
        case accepted
        /// There is none of that name.
        case unknown
        /// Somebody rejected it.
        case rejected(reason: String)
        /// The Stage does not take it from there.
        case wrongOrigin
        /// Kargo's word on it is missing or too old.
        case notMirrored
    }

    /// Whether it has passed the Stages before.
    public enum Availability: Hashable, Sendable {
        /// The Stage takes it as it comes.
        case direct
        /// These Stages have verified it.
        case verified(in: [String])
        /// These Stages have not.
        case notVerified(in: [String])
        /// It must stay longer in this one.
        case soaking(in: String, until: Instant)
        /// These Stages have verified it, and it left them before its time.
        case notSoaked(in: [String])
        /// No enabled Stage before could verify it.
        case noUpstream
        /// It cannot be told.
        case unknown
    }

    /// Somebody's yes.
    public struct Approval: Hashable, Sendable {
        /// Whose.
        public let subject: String
        /// When it was given.
        public let at: Instant

        /// Somebody's yes.
        public init(subject: String, at: Instant) {
            self.subject = subject
            self.at = at
        }
    }

    /// What a suite has found last.
    public struct Finding: Hashable, Sendable {
        /// What became of the run.
        public enum State: String, Sendable {
            case running, passed, failed, errored
        }

        /// What became of the run.
        public let state: State
        /// When it ended, or began if it runs.
        public let at: Instant

        /// What a suite has found last.
        public init(state: State, at: Instant) {
            self.state = state
            self.at = at
        }
    }

    /// The Freight's name.
    public let id: String
    /// What it is to the Stage.
    public let standing: Standing
    /// Whether it has passed the Stages before.
    public let availability: Availability
    /// Since when it has been verified upstream.
    public let verifiedSince: Instant?
    /// Who said yes.
    public let approvals: [Approval]
    /// What suites have found, by suite.
    public let findings: [String: Finding]
    /// Disabled Stages that it goes past.
    public let skippedStages: [String]

    /// What is known of a Freight.
    public init(
        id: String, standing: Standing, availability: Availability, verifiedSince: Instant? = nil,
        approvals: [Approval] = [], findings: [String: Finding] = [:], skippedStages: [String] = []
    ) {
        self.id = id
        self.standing = standing
        self.availability = availability
        self.verifiedSince = verifiedSince
        self.approvals = approvals
        self.findings = findings
        self.skippedStages = skippedStages
    }

    /// Freight that nobody has ever seen.
    public static func unknown(_ id: String) -> FreightFacts {
        FreightFacts(id: id, standing: .unknown, availability: .unknown)
    }
}

/// Somebody stopped the line.
public struct Freeze: Hashable, Sendable {
    /// The freeze's name.
    public let id: String
    /// Why.
    public let reason: String
    /// Who.
    public let owner: String
    /// Since when.
    public let start: Instant
    /// Until when; nothing means until somebody ends it.
    public let end: Instant?
    /// Whether rollbacks pass.
    public let passesRollbacks: Bool
    /// Whether break-glass can pass it, where the policy allows that too.
    public let allowsBreakGlass: Bool

    /// A stop of the line.
    public init(
        id: String, reason: String, owner: String, start: Instant, end: Instant? = nil, passesRollbacks: Bool = false,
        allowsBreakGlass: Bool = false
    ) {
        self.id = id
        self.reason = reason
        self.owner = owner
        self.start = start
        self.end = end
        self.passesRollbacks = passesRollbacks
        self.allowsBreakGlass = allowsBreakGlass
    }

    /// Whether it holds at an instant.
    public func isActive(at instant: Instant) -> Bool {
        start <= instant && end.map { instant < $0 } ?? true
    }
}

/// Somebody disabled a Stage.
public struct Disabling: Hashable, Sendable {
    /// Why.
    public let reason: String
    /// Who.
    public let owner: String
    /// Since when.
    public let start: Instant
    /// Until when; nothing means until somebody enables it.
    public let end: Instant?

    /// Somebody's word that a Stage takes nothing in.
    public init(reason: String, owner: String, start: Instant, end: Instant? = nil) {
        self.reason = reason
        self.owner = owner
        self.start = start
        self.end = end
    }

    /// Whether it holds at an instant.
    public func isActive(at instant: Instant) -> Bool {
        start <= instant && end.map { instant < $0 } ?? true
    }
}
