public import Time

/// What must hold before a Freight enters a Stage.
public struct StagePolicy: Hashable, Sendable {
    /// Whether gates stop what they close for.
    public enum Enforcement: String, CaseIterable, Sendable {
        /// They do.
        case enforce
        /// Everything passes; what would have been decided is written down.
        case observe
    }

    /// Which of those that wait goes first.
    public enum Queue: String, CaseIterable, Sendable {
        /// The newest Freight.
        case newestWins
        /// Whoever came first.
        case fifo
    }

    /// Who may pass closed gates in an emergency, and for how long.
    public struct BreakGlass: Hashable, Sendable {
        /// The gates that can be passed.
        public let bypasses: [String]
        /// How long a grant can be used.
        public let maxValidFor: TimeSpan
        /// How many others must agree.
        public let approvals: Int
        /// How soon somebody looks at it afterwards.
        public let reviewWithin: TimeSpan

        /// Rules for emergencies.
        public init(
            bypasses: [String], maxValidFor: TimeSpan = .hours(1), approvals: Int = 1,
            reviewWithin: TimeSpan = .days(3)
        ) {
            self.bypasses = bypasses
            self.maxValidFor = maxValidFor
            self.approvals = approvals
            self.reviewWithin = reviewWithin
        }
    }

    /// How a Freight gets into the Stage.
    public struct Deploy: Hashable, Sendable {
        /// What becomes of a deployment that still runs when a gate closes.
        public enum Overrun: String, CaseIterable, Sendable {
            /// It is let finish.
            case finish
            /// It is stopped.
            case abort
        }

        /// The Argo CD Application.
        public let application: String
        /// The Helm parameter that takes the tag.
        public let helmParameter: String?
        /// How long it may take: it must fit before a gate closes.
        public let timeout: TimeSpan
        /// What becomes of it when it does not.
        public let overrun: Overrun

        /// A deployment by Argo CD.
        public init(
            application: String, helmParameter: String? = nil, timeout: TimeSpan = .minutes(10),
            overrun: Overrun = .finish
        ) {
            self.application = application
            self.helmParameter = helmParameter
            self.timeout = timeout
            self.overrun = overrun
        }
    }

    /// What is run after a deployment.
    public struct Check: Hashable, Sendable {
        /// The suite.
        public let suite: String
        /// Whether it counts.
        public let mode: VerificationRule.Mode
        /// How long it may take.
        public let timeout: TimeSpan

        /// A suite to run.
        public init(suite: String, mode: VerificationRule.Mode = .enforcing, timeout: TimeSpan = .minutes(10)) {
            self.suite = suite
            self.mode = mode
            self.timeout = timeout
        }
    }

    /// The Stage.
    public let stage: String
    /// Its gates, in the order in which they are told. None means open.
    public let gates: [GateRule]
    /// Whether they stop anything.
    public let enforcement: Enforcement
    /// Rules for emergencies; nothing means that nobody can pass.
    public let breakGlass: BreakGlass?
    /// The gates that a rollback passes; nothing means all of them.
    public let rollbackGates: [String]?
    /// Which of those that wait goes first.
    public let queue: Queue
    /// How long a person's promotion waits.
    public let maxWait: TimeSpan
    /// How a Freight gets in; nothing means that it is only recorded.
    public let deploy: Deploy?
    /// What is run afterwards.
    public let verify: [Check]
    /// Whether the Stage can be disabled, so that Freight skips it.
    public let isSkippable: Bool

    /// What must hold before a Freight enters a Stage.
    public init(
        stage: String, gates: [GateRule], enforcement: Enforcement = .enforce, breakGlass: BreakGlass? = nil,
        rollbackGates: [String]? = nil, queue: Queue = .newestWins, maxWait: TimeSpan = .hours(24),
        deploy: Deploy? = nil, verify: [Check] = [], isSkippable: Bool = true
    ) {
        self.stage = stage
        self.gates = gates
        self.enforcement = enforcement
        self.breakGlass = breakGlass
        self.rollbackGates = rollbackGates
        self.queue = queue
        self.maxWait = maxWait
        self.deploy = deploy
        self.verify = verify
        self.isSkippable = isSkippable
    }
}
