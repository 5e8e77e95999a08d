/// Who moves releases on in a project.
public enum Orchestrator: String, CaseIterable, Sendable {
    /// Gatehouse itself.
    case gatehouse
    /// Kargo; Gatehouse is asked.
    case kargo
}

/// What holds for a whole project.
public struct ProjectPolicy: Hashable, Sendable {
    /// The project.
    public let project: String
    /// Who moves releases on.
    public let orchestrator: Orchestrator
    /// How many others must approve a revision that lets more through.
    public let changeApprovals: Int

    /// What holds for a whole project.
    public init(project: String, orchestrator: Orchestrator, changeApprovals: Int = 0) {
        self.project = project
        self.orchestrator = orchestrator
        self.changeApprovals = changeApprovals
    }
}
