public import Time

/// What a token may do, where, and until when.
public struct Grant: Hashable, Sendable {
    /// The roles.
    public let roles: Roles
    /// The projects; nothing means all.
    public let projects: Set<String>?
    /// The stages of those projects; nothing means all.
    public let stages: Set<String>?
    /// When it ends; nothing means never.
    public let expiresAt: Instant?

    /// What a token may do.
    public init(roles: Roles, projects: Set<String>? = nil, stages: Set<String>? = nil, expiresAt: Instant? = nil) {
        self.roles = roles
        self.projects = projects
        self.stages = stages
        self.expiresAt = expiresAt
    }

    /// Whether it reaches a project, and a stage of it.
    public func reaches(project: String, stage: String? = nil) -> Bool {
        guard projects?.contains(project) ?? true else { return false }
        guard let stage else { return stages == nil }
        return stages?.contains(stage) ?? true
    }

    /// Whether what concerns a project and a stage of it is shown: what concerns none is for who reaches everything, and what
    /// concerns a whole project for who reaches all of it.
    public func shows(project: String?, stage: String?) -> Bool {
        guard let project else { return projects == nil && stages == nil }
        return reaches(project: project, stage: stage)
    }

    /// Whether it reaches everything that another grant reaches, whatever may be done there.
    public func reachesAll(of other: Grant) -> Bool {
        func covers(_ own: Set<String>?, _ wanted: Set<String>?) -> Bool {
            guard let own else { return true }
            return wanted?.isSubset(of: own) ?? false
        }
        return covers(projects, other.projects) && covers(stages, other.stages)
    }

    /// Something that another grant allows and this one does not, in words; nothing if this one covers it all.
    ///
    /// Nobody can hand on more than they have.
    public func lacking(for other: Grant) -> String? {
        let missing = other.roles.subtracting(roles).list.map(\.rawValue)
        if !missing.isEmpty { return "the role " + missing.joined(separator: ", ") }
        if let projects {
            guard let wanted = other.projects else { return "every project" }
            if let beyond = wanted.subtracting(projects).min() { return "the project \(beyond)" }
        }
        if let stages {
            guard let wanted = other.stages else { return "every stage" }
            if let beyond = wanted.subtracting(stages).min() { return "the stage \(beyond)" }
        }
        if let expiresAt {
            guard let wanted = other.expiresAt, wanted <= expiresAt else { return "a life beyond \(expiresAt.text)" }
        }
        return nil
    }
}
