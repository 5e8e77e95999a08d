/// What a gate looks at, as answers name it. The first four stand before every policy's own gates, the last behind them.
public enum GateKind: String, CaseIterable, Sendable {
    /// Whether the Stage exists, has a policy and is enabled.
    case stage
    /// Whether the Freight exists, comes from where the Stage takes it, and has not been rejected.
    case freight
    /// Whether somebody stopped the line.
    case freeze
    /// Whether the Freight has passed the Stages before.
    case availability
    /// An exchange's sessions.
    case market
    /// Hours and days.
    case window
    /// People who say yes.
    case approval
    /// Time spent upstream.
    case soak
    /// What a suite has found.
    case verification
    /// Argo CD's own sync windows.
    case argocdWindow = "argocd-window"
    /// Whether the promotion that a deployer outside names is what it says, and has the Stage's slot.
    case promotion

    /// Whether it speaks of one Freight: without one it cannot be judged.
    public var needsFreight: Bool {
        switch self {
        case .freight, .availability, .approval, .soak, .verification, .promotion: true
        case .stage, .freeze, .market, .window, .argocdWindow: false
        }
    }

    /// Whether the clock alone can open it.
    public var isTime: Bool {
        switch self {
        case .market, .window: true
        default: false
        }
    }
}

/// What a gate says. Unknown is never open.
public enum Verdict: String, CaseIterable, Sendable {
    /// The gate lets in.
    case open
    /// The gate does not let in.
    case closed
    /// It cannot be told.
    case unknown
}
