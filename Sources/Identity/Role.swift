/// What somebody may do. Roles do not contain one another.
public enum Role: String, CaseIterable, Sendable {
    /// Reads.
    case viewer
    /// Asks gates and lets releases through them: Kargo's jobs.
    case gate
    /// Creates Freight, refreshes Warehouses, reports results.
    case ci
    /// Promotes, aborts, asks for break-glass, rejects Freight, starts freezes.
    case `operator`
    /// Approves, denies, revokes, reviews, enables and disables Stages, ends freezes. Persons only.
    case approver
    /// Reads all of the audit.
    case auditor
    /// Keeps tokens, calendars and manifests.
    case admin
}

/// A set of roles.
public struct Roles: OptionSet, Hashable, Sendable {
    /// One bit for each role, in the order of `Role.allCases`.
    public let rawValue: UInt8

    /// A set of roles from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A set of these roles.
    public init(_ roles: [Role]) {
        rawValue = roles.reduce(0) { bits, role in bits | 1 << UInt8(Role.allCases.firstIndex(of: role) ?? 0) }
    }

    /// Every role.
    public static let all = Roles(Role.allCases)

    /// Those who may read what a viewer reads: all but the two that only machines hold.
    public static let readers = Roles([.viewer, .operator, .approver, .auditor, .admin])

    /// The roles of the set, in their usual order.
    public var list: [Role] {
        Role.allCases.enumerated().filter { rawValue & 1 << UInt8($0.offset) != 0 }.map(\.element)
    }
}
