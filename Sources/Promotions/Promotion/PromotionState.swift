/// Where a promotion stands, with what belongs to that.
public enum PromotionState: Hashable, Sendable {
    /// Nobody has asked its gates.
    case pending
    /// Something does not let it in yet.
    case waiting(PromotionHold)
    /// It is at work.
    case running(PromotionProgress)
    /// It has been deployed, and is being looked at.
    case verifying
    /// It has ended; where a gate's final answer ended it, that gate's code says more.
    case ended(PromotionCode, gate: GateCode? = nil)

    /// The word for it.
    public var phase: Promotion.Phase {
        switch self {
        case .pending: .pending
        case .waiting: .waiting
        case .running: .running
        case .verifying: .verifying
        case .ended(let code, _): code.phase
        }
    }
}

/// What a promotion waits for.
public enum PromotionHold: Hashable, Sendable {
    /// A gate that does not let it in now.
    case gate(GateCode)
    /// The Stage's slot, which another promotion has.
    case slot
    /// Somebody's word that the Stage may be promoted into by itself again.
    case origin
    /// What deploys to the Stage, or verifies there: nothing does yet.
    case deployer

    /// Its code, which is stable.
    public var code: String {
        switch self {
        case .gate(let code): code.rawValue
        case .slot: "promotion.slot_taken"
        case .origin: "promotion.origin_held"
        case .deployer: "promotion.no_deployer"
        }
    }
}

/// How far a promotion that is at work has come.
public enum PromotionProgress: Hashable, Sendable {
    /// Nothing has been sent that cannot be undone.
    case unsent
    /// Something has, or may have been.
    case sent
    /// Something has, and since then a gate has said for good that it should not have: it is followed to its end, and fails.
    case condemned(GateCode)
    /// Something has, and it was given up with that code: what can be stopped of it is being stopped.
    case stopping(PromotionCode)
}
