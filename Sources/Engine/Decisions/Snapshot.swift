public import Calendars
public import Promotions
public import Time
import TimeZones

/// All that decides, as it stood at one moment: what peeks are answered from without asking the database.
public final class Snapshot: Sendable {
    /// A project, and its Stages made ready for deciding.
    public struct Project: Sendable {
        /// Its rules; nothing before its first revision is in force.
        public let policy: ProjectPolicy?
        /// The revision in force; 0 before the first is.
        public let revision: Int64
        /// Its Stages.
        public let stages: [String: Situation]
        /// How Freight goes from one to the next.
        public let line: StageLine
        /// Where its Freight comes from.
        public var warehouses: [Warehouse] = []
        /// Why what was written for it cannot be read, if so: then nothing of it is known.
        public var fault: String?
    }

    /// A calendar, and what is known of it beside its sessions.
    public struct Calendar: Sendable {
        /// The calendar, if its zone can be trusted.
        public let source: Source<ExchangeCalendar>
        /// The name of its time zone.
        public let timeZone: String
        /// How many adjustments count.
        public var adjustmentCount: Int { adjustmentIDs.count }
        /// The adjustments that count.
        let adjustmentIDs: [String]
        /// Adjustments that the calendar itself now contradicts.
        public let conflicts: [AdjustmentConflict]
        /// Whether it is in the program.
        public let isBuiltIn: Bool
        /// How often one was loaded under its name; nothing for a built-in one.
        public let revision: Int64?
        /// The hash of a loaded one.
        public let hash: [UInt8]
        /// When it was loaded, and by whom.
        public let loaded: (at: Instant, by: String)?
    }

    /// Every project.
    public let projects: [String: Project]
    /// Every calendar.
    public let calendars: [String: Calendar]
    /// The freezes that last, and those that ended a short while ago.
    public let freezes: [ScopedFreeze]
    /// The version of the time zones' data.
    public let tzdata: String
    /// The zones that were not trusted: while they stay, what goes by the others stays.
    let untrustedZones: [String]
    private let epochs: [String: Int64]

    /// A freeze, and what it reaches.
    public struct ScopedFreeze: Sendable {
        /// The project; nothing means everything.
        public let project: String?
        /// The Stage; nothing means all.
        public let stage: String?
        /// The freeze.
        public let freeze: Freeze

        func reaches(_ project: String, _ stage: String) -> Bool {
            (self.project.map { $0 == project } ?? true) && (self.stage.map { $0 == stage } ?? true)
        }
    }

    init(
        projects: [String: Project], calendars: [String: Calendar], freezes: [ScopedFreeze], tzdata: String,
        untrustedZones: [String], epochs: [String: Int64]
    ) {
        self.projects = projects
        self.calendars = calendars
        self.freezes = freezes
        self.tzdata = tzdata
        self.untrustedZones = untrustedZones
        self.epochs = epochs
    }

    /// Nothing is known yet: every Stage is unknown, and no act goes by it.
    static let empty = Snapshot(
        projects: [:], calendars: [:], freezes: [], tzdata: "", untrustedZones: [], epochs: ["": -1])

    /// The number that rises with each change to what decides in a project; without one, with each change to everything.
    public func epoch(of project: String?) -> Int64 {
        (epochs[""] ?? 0) + (project.flatMap { epochs[$0] } ?? 0)
    }

    /// A Stage as it stands; of one that is not known, that it is not.
    public func situation(of stage: String, in project: String) -> Situation {
        if let situation = projects[project]?.stages[stage] { return situation }
        let found = projects[project]
        return Situation(
            project: project, stage: stage, projectPolicy: found?.policy, plan: nil, isKnown: false,
            fault: found?.fault,
            freezes: freezes.filter { $0.reaches(project, stage) }.map(\.freeze), revision: found?.revision ?? 0,
            epoch: epoch(of: project), tzdata: tzdata)
    }
}
