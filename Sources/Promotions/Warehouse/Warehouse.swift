public import Time

/// Subscriptions that are looked at again and again; what they find together becomes Freight.
public struct Warehouse: Hashable, Sendable {
    /// What several images must have in common to become Freight.
    public enum Completeness: String, CaseIterable, Sendable {
        /// The same tag.
        case tag
        /// The same revision in their labels.
        case revisionLabel = "revision-label"
    }

    /// Its name, unique in the project.
    public let name: String
    /// How often it looks.
    public let interval: TimeSpan
    /// Whether it makes Freight by itself.
    public let isAutomatic: Bool
    /// What it looks for; Freight has one artifact of each.
    public let subscriptions: [Subscription]
    /// What its images must have in common; nothing means that the newest of each go together.
    public let completeBy: Completeness?

    /// A Warehouse of that name.
    public init(
        name: String, interval: TimeSpan = .minutes(5), isAutomatic: Bool = true, subscriptions: [Subscription],
        completeBy: Completeness? = nil
    ) {
        self.name = name
        self.interval = interval
        self.isAutomatic = isAutomatic
        self.subscriptions = subscriptions
        self.completeBy = completeBy
    }
}
