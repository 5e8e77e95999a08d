public import Identity
public import Time

/// Which events are looked for.
public struct AuditSearch: Sendable {
    /// What an event's code has to be.
    public enum Code: Sendable, Equatable {
        /// This one.
        case exactly(String)
        /// One that begins like this.
        case startingWith(String)
    }

    /// Those of this project.
    public var project: String?
    /// Those of this Stage of the project.
    public var stage: String?
    /// Those of this Freight, by its ID.
    public var freight: String?
    /// Those of this promotion.
    public var promotion: String?
    /// Those of what this subject did.
    public var actor: String?
    /// Those of this kind.
    public var code: Code?
    /// Those from this instant on.
    public var from: Instant?
    /// Those before this instant.
    public var to: Instant?
    /// Those in which this text stands, in any case.
    public var text: String?
    /// Whether the oldest come first.
    public var isAscending = false
    /// The projects that may be seen; nothing means all.
    let projects: [String]?
    /// The Stages that may be seen, and no events without one; nothing means all.
    let stages: [String]?

    /// Everything that a grant reaches.
    public init(within grant: Grant) {
        projects = grant.projects?.sorted()
        stages = grant.stages?.sorted()
    }

    /// Whether events of a Stage may be among them.
    public func reaches(_ project: String, _ stage: String) -> Bool {
        (self.project ?? project) == project && (self.stage ?? stage) == stage
            && (projects?.contains(project) ?? true) && (stages?.contains(stage) ?? true)
    }

    /// Everything, for the service itself.
    public init() {
        projects = nil
        stages = nil
    }
}

/// An event's place in the order of time, in which the log is read.
public struct AuditPlace: Hashable, Sendable {
    /// When it happened.
    public let at: Instant
    /// The event's number.
    public let id: Int64

    /// A place.
    public init(at: Instant, id: Int64) {
        self.at = at
        self.id = id
    }
}

/// An event as it is kept, and the number that it has here.
public struct KeptEvent: Sendable {
    /// Where it stands.
    public let place: AuditPlace
    /// The project concerned.
    public let project: String?
    /// The Stage concerned.
    public let stage: String?
    /// The promotion concerned.
    public let promotion: String?
    /// The event: these bytes were hashed.
    public let bytes: [UInt8]
    /// Its place in the log's tree; nothing before it was sealed.
    public let leaf: Int64?

    /// Its number.
    public var id: Int64 { place.id }
}
