public import Postgres
public import Promotions
import Store
import Synchronization
public import TimeZones

/// Whoever wants to know, or wants in, asks here.
public final class Decisions: Sendable {
    /// All that decides, kept equal to the database.
    public let mirror: Mirror<Snapshot>
    /// Whose rules the calendars and windows go by.
    public let zones: ZoneDirectory
    let pool: Pool
    let clock: ServiceClock
    private let reader: SnapshotReader
    private let hasOtherLog = Atomic<Bool>(false)

    /// Decisions by what a database holds.
    public init(pool: Pool, clock: ServiceClock, zones: ZoneDirectory) {
        self.pool = pool
        self.clock = clock
        self.zones = zones
        reader = SnapshotReader(pool: pool, zones: zones, clock: clock)
        mirror = Mirror(.empty) { [reader] previous in
            let next = try await reader.read(after: previous)
            return { _ in next }
        }
    }

    /// Whether the audit log is another one than this server knew: then it cannot be told what was decided.
    public var isLogRolledBack: Bool { hasOtherLog.load(ordering: .relaxed) }

    func setLogRolledBack(_ isRolledBack: Bool) { hasOtherLog.store(isRolledBack, ordering: .relaxed) }

    /// Reads again what is in memory, unless the database says that it holds of a project, or of what is everybody's.
    public func makeCertain(of project: String? = nil) async throws {
        let epoch = try await pool.withConnection { try EpochStore.epoch(of: project ?? "", $0) }
        if mirror.value.epoch(of: project) != epoch { try await mirror.reload() }
    }

    /// A Stage as it stands, and what that rests on.
    public func situation(of stage: String, in project: String) -> (Situation, Snapshot) {
        mirror.look { ($0.situation(of: stage, in: project), $0) }
    }

    /// Whether that is what decides now.
    public func goesBy(_ snapshot: Snapshot) -> Bool {
        mirror.look { $0 === snapshot }
    }

    /// Whether a calendar is in the program.
    public func isBuiltIn(calendar id: String) -> Bool {
        BuiltInCalendars.all[id] != nil
    }

    /// A calendar as a transaction sees it, with the adjustments that count there; nothing if there is none.
    public func calendar(_ id: String, _ connection: borrowing Connection) throws -> Snapshot.Calendar? {
        try reader.calendar(id, connection)
    }
}
