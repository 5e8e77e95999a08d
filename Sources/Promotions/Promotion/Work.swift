public import Time

/// One thing that a promotion does outside, after it was let in.
public enum Work: Hashable, Sendable {
    /// The Freight is deployed: it cannot be undone once it is sent.
    case deploy(StagePolicy.Deploy)
    /// What was deployed is looked at.
    case verify(StagePolicy.Check)

    /// What people know it by.
    public var name: String {
        switch self {
        case .deploy: "argocd-sync"
        case .verify(let check): check.suite
        }
    }

    /// How long it may take.
    public var timeout: TimeSpan {
        switch self {
        case .deploy(let deploy): deploy.timeout
        case .verify(let check): check.timeout
        }
    }

    /// Whether its failure is the promotion's.
    public var counts: Bool {
        switch self {
        case .deploy: true
        case .verify(let check): check.mode == .enforcing
        }
    }
}

extension StagePolicy {
    /// All that is done outside for a promotion, in its order.
    public var work: [Work] { (deploy.map { [.deploy($0)] } ?? []) + verify.map(Work.verify) }

}

extension [Work] {
    /// What is still to be done after what was done.
    public func remaining(after done: [Work]) -> [Work] {
        filter { next in !done.contains { $0.isSame(as: next) } }
    }
}

extension Work {
    /// Whether it is the same step, however the policy has changed it since.
    fileprivate func isSame(as other: Work) -> Bool {
        switch (self, other) {
        case (.deploy, .deploy): true
        case (.verify(let one), .verify(let other)): one.suite == other.suite
        default: false
        }
    }
}
