public import Promotions

/// The policies of one project: all that its manifests say.
public struct ManifestSet: Hashable, Sendable {
    /// What holds for the whole project.
    public let projectPolicy: ProjectPolicy
    /// The policies of its Stages, sorted by their names.
    public let stagePolicies: [StagePolicy]

    /// The project.
    public var project: String { projectPolicy.project }

    /// The policies of a project; each Stage has one at most.
    public init(projectPolicy: ProjectPolicy, stagePolicies: [StagePolicy]) {
        self.projectPolicy = projectPolicy
        self.stagePolicies = stagePolicies.sorted { $0.stage < $1.stage }
    }

    /// The policy of a Stage, if it has one.
    public subscript(stage: String) -> StagePolicy? {
        stagePolicies.first { $0.stage == stage }
    }
}
