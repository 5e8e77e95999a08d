import Promotions

/// Does work outside of this server. What it sends it must be able to find again, by the order's key: whoever takes over
/// from a server that died asks for what was sent before sending anything.
public protocol Executor: Sendable {
    /// Shuts out everybody with a lower fence from what the order is about, for ever, and tells how the order stands;
    /// nothing if it was never sent, and then it never will be under a lower fence.
    func takeOver(_ order: WorkOrder) async throws(WorkError) -> WorkProgress?
    /// Sends it. Refuses to where somebody with a higher fence has been.
    func send(_ order: WorkOrder) async throws(WorkError)
    /// How it stands.
    func progress(of order: WorkOrder) async throws(WorkError) -> WorkProgress
    /// Tells it to stop, and puts nothing back.
    func stop(_ order: WorkOrder) async throws(WorkError)
}

/// Who does the work outside.
public struct Executors: Sendable {
    private let deployer: (any Executor)?
    private let verifier: (any Executor)?

    /// Whoever deploys and whoever verifies; without them promotions that need them wait, and say so.
    public init(deployer: (any Executor)? = nil, verifier: (any Executor)? = nil) {
        self.deployer = deployer
        self.verifier = verifier
    }

    /// Whoever does it; nothing if nobody does.
    func executor(of work: Work) -> (any Executor)? {
        switch work {
        case .deploy: deployer
        case .verify: verifier
        }
    }
}
