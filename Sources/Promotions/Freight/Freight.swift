public import Time

/// A set of artifacts that goes through the Stages as one, and never changes.
public struct Freight: Hashable, Sendable {
    /// Kargo's own name for it, made of its origin and its artifacts.
    public let id: String
    /// A name for people, which never belongs to other Freight.
    public let alias: String
    /// The Warehouse that it comes from.
    public let warehouse: String
    /// When it was made.
    public let discoveredAt: Instant
    /// What it is made of.
    public let artifacts: Artifacts

    /// Freight of that name.
    public init(id: String, alias: String, warehouse: String, discoveredAt: Instant, artifacts: Artifacts) {
        self.id = id
        self.alias = alias
        self.warehouse = warehouse
        self.discoveredAt = discoveredAt
        self.artifacts = artifacts
    }
}
