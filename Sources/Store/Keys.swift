/// A Stage, as a key.
public struct StageKey: Hashable, Sendable {
    /// The project.
    public let project: String
    /// The Stage.
    public let stage: String

    /// A Stage of a project.
    public init(_ stage: String, of project: String) {
        self.project = project
        self.stage = stage
    }
}

/// A Freight, as a key.
public struct FreightKey: Hashable, Sendable {
    /// The project.
    public let project: String
    /// The Freight's ID, or, where that is said, an alias.
    public let name: String

    /// A Freight of a project.
    public init(_ name: String, of project: String) {
        self.project = project
        self.name = name
    }
}

/// A Freight that is asked about in a Stage, as a key.
public struct PassageKey: Hashable, Sendable {
    /// The Stage.
    public let stage: StageKey
    /// The Freight's ID.
    public let freight: String

    /// A Freight in a Stage.
    public init(_ freight: String, in stage: StageKey) {
        self.stage = stage
        self.freight = freight
    }
}
