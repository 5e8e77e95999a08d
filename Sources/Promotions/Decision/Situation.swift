/// A Stage as it stands: what a decision about it rests on, but for the Freight and the clock.
public final class Situation: Sendable {
    /// The project.
    public let project: String
    /// The Stage.
    public let stage: String
    /// The project's rules; nothing if there is no such project.
    public let projectPolicy: ProjectPolicy?
    /// Its policy, made ready; nothing if it has none.
    public let plan: GatePlan?
    /// Whether there is such a Stage.
    public let isKnown: Bool
    /// Why what was written for the project cannot be read, if so.
    public let fault: String?
    /// Whether somebody disabled it.
    public let disabling: Disabling?
    /// The freezes that reach it, whether or not they hold now.
    public let freezes: [Freeze]
    /// The number of the policy's revision.
    public let revision: Int64
    /// A number that rises with each change to what decides in the project.
    public let epoch: Int64
    /// The version of the time zones' data.
    public let tzdata: String

    /// A Stage as it stands.
    public init(
        project: String, stage: String, projectPolicy: ProjectPolicy?, plan: GatePlan?, isKnown: Bool,
        fault: String? = nil, disabling: Disabling? = nil, freezes: [Freeze] = [], revision: Int64, epoch: Int64,
        tzdata: String
    ) {
        self.project = project
        self.stage = stage
        self.projectPolicy = projectPolicy
        self.plan = plan
        self.isKnown = isKnown
        self.fault = fault
        self.disabling = disabling
        self.freezes = freezes
        self.revision = revision
        self.epoch = epoch
        self.tzdata = tzdata
    }
}
