/// How much a text may ask of its reader.
public struct YAMLLimits: Equatable, Sendable {
    /// How many lists and mappings may be inside each other.
    public let depth: Int

    /// How many nodes all documents may have together, an alias counting for all that it stands for.
    ///
    /// A node counts once more for every 256 bytes of its text and tag, so that long ones cannot be multiplied either.
    public let nodes: Int

    /// How many documents there may be.
    public let documents: Int

    /// Limits for what people write by hand.
    public init(depth: Int = 64, nodes: Int = 100_000, documents: Int = 500) {
        self.depth = depth
        self.nodes = nodes
        self.documents = documents
    }
}
