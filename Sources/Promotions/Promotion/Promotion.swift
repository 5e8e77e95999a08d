public import Time

/// One Freight on its way into one Stage.
public struct Promotion: Hashable, Sendable {
    /// Who wants it.
    public enum Kind: String, CaseIterable, Sendable {
        /// A person, or a program on its own account.
        case person
        /// Nobody in particular: the Stage is promoted into by itself.
        case auto
        /// A person who wants back what was here before.
        case rollback
        /// A deployer outside, which does the work itself and tells what became of it.
        case external
    }

    /// Where it stands, in the words that answers use.
    public enum Phase: String, CaseIterable, Sendable {
        /// Nobody has asked its gates.
        case pending = "Pending"
        /// Something does not let it in yet.
        case waiting = "Waiting"
        /// It has the Stage's slot and is at work.
        case running = "Running"
        /// It has been deployed, and is being looked at.
        case verifying = "Verifying"
        /// It is what the Stage runs.
        case succeeded = "Succeeded"
        /// It was found wanting.
        case failed = "Failed"
        /// Something around it broke.
        case errored = "Errored"
        /// It was given up.
        case aborted = "Aborted"
        /// Newer Freight went before it.
        case superseded = "Superseded"

        /// Whether it is one of those that nothing follows.
        public var isTerminal: Bool {
            switch self {
            case .pending, .waiting, .running, .verifying: false
            case .succeeded, .failed, .errored, .aborted, .superseded: true
            }
        }

        /// Whether it has the Stage's slot, of which there is one.
        public var isActive: Bool { self == .running || self == .verifying }
    }

    /// Its name.
    public let id: String
    /// The Stage.
    public let stage: String
    /// The Freight.
    public let freight: FreightStamp
    /// Who wants it.
    public let kind: Kind
    /// Whose wish it is; nothing if it is nobody's.
    public let requester: String?
    /// When it was asked for.
    public let createdAt: Instant
    /// Until when it waits to be let in; nothing means for ever.
    public let waitUntil: Instant?
    /// Where it stands.
    public let state: PromotionState

    /// A promotion as it stands.
    public init(
        id: String, stage: String, freight: FreightStamp, kind: Kind, requester: String? = nil, createdAt: Instant,
        waitUntil: Instant? = nil, state: PromotionState = .pending
    ) {
        self.id = id
        self.stage = stage
        self.freight = freight
        self.kind = kind
        self.requester = requester
        self.createdAt = createdAt
        self.waitUntil = waitUntil
        self.state = state
    }

    /// Where it stands, in a word.
    public var phase: Phase { state.phase }
}

extension Promotion {
    /// The same promotion, elsewhere on its way.
    func standing(_ state: PromotionState) -> Promotion {
        Promotion(
            id: id, stage: stage, freight: freight, kind: kind, requester: requester, createdAt: createdAt,
            waitUntil: waitUntil, state: state)
    }
}
