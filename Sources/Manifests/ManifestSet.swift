public import Promotions

/// The policies of one project, and how Freight flows through it: all that its manifests say.
public struct ManifestSet: Hashable, Sendable {
    /// What holds for the whole project.
    public let projectPolicy: ProjectPolicy
    /// The policies of its Stages, sorted by their names.
    public let stagePolicies: [StagePolicy]
    /// Kargo's Warehouses, sorted by their names.
    public let warehouses: [Warehouse]
    /// Kargo's Stages, sorted by their names; none where only policies are kept here.
    public let stages: [Stage]

    /// The project.
    public var project: String { projectPolicy.project }

    /// The policies of a project; each Stage has one at most.
    public init(
        projectPolicy: ProjectPolicy, stagePolicies: [StagePolicy], warehouses: [Warehouse] = [], stages: [Stage] = []
    ) {
        self.projectPolicy = projectPolicy
        self.stagePolicies = stagePolicies.sorted { $0.stage < $1.stage }
        self.warehouses = warehouses.sorted { $0.name < $1.name }
        self.stages = stages.sorted { $0.name < $1.name }
    }

    /// Every Stage that Kargo's manifests or a policy name, sorted.
    public var stageNames: [String] {
        Set(stages.map(\.name)).union(stagePolicies.map(\.stage)).sorted()
    }

    /// Whether there is such a Stage.
    public func has(_ stage: String) -> Bool {
        self.stage(stage) != nil || self[stage] != nil
    }

    /// The Warehouse of that name, if there is one.
    public func warehouse(_ name: String) -> Warehouse? {
        warehouses.first { $0.name == name }
    }

    /// What Kargo's manifests say of a Stage, if they name it.
    public func stage(_ name: String) -> Stage? {
        stages.first { $0.name == name }
    }

    /// The policy of a Stage, if it has one.
    public subscript(stage: String) -> StagePolicy? {
        stagePolicies.first { $0.stage == stage }
    }
}
