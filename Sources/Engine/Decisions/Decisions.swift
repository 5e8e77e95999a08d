public import Postgres
import Store
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

    /// Reads again what is in memory, unless the database says that it holds of a project, or of what is everybody's.
    public func makeCertain(of project: String? = nil) async throws {
        let epoch = try await pool.withConnection { try EpochStore.epoch(of: project ?? "", $0) }
        if mirror.value.epoch(of: project) != epoch { try await mirror.reload() }
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
