import Calendars
import JSON
import Manifests
import Postgres
import Promotions
import Store
import Time
import TimeZones

/// Reads all that decides, and makes it ready.
struct SnapshotReader: Sendable {
    let pool: Pool
    let zones: ZoneDirectory
    let clock: ServiceClock

    /// What the database holds of it, as of one moment.
    private struct Rows: Sendable {
        let epochs: [String: Int64]
        let active: [RevisionStore.Active]
        let freezes: [FreezeStore.Row]
        let disablings: [StageStore.Disabling]
        let calendars: [CalendarStore.Row]
        let adjustments: [AdjustmentStore.Row]
    }

    /// How long freezes that ended are remembered, for questions about the recent past.
    private static let memory = TimeSpan.days(1_830)

    /// Reads; plans are taken from the snapshot before where nothing that they rest on has changed.
    func read(after previous: Snapshot) async throws -> Snapshot {
        let now = clock.now()
        let rows = try await pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            Rows(
                epochs: try EpochStore.all(connection), active: try RevisionStore.active(connection),
                freezes: try FreezeStore.deciding(endedAfter: now - Self.memory, connection),
                disablings: try StageStore.last(connection), calendars: try CalendarStore.newest(connection),
                adjustments: try AdjustmentStore.effective(connection))
        }
        return snapshot(of: rows, after: previous, now: now)
    }

    private func snapshot(of rows: Rows, after previous: Snapshot, now: Instant) -> Snapshot {
        let untrusted = zones.findings.map { $0.zone ?? "" }
        // Zones that are trusted no longer, or again, change all that goes by them.
        let previous = untrusted == previous.untrustedZones ? previous : .empty
        let calendars = self.calendars(rows, previous.calendars, now: now)
        let freezes = rows.freezes.map { row in
            Snapshot.ScopedFreeze(
                project: row.project, stage: row.stage,
                freeze: Freeze(
                    id: row.id, reason: row.reason, owner: row.startedBy, start: row.startedAt, end: row.end,
                    passesRollbacks: row.rollbacks, allowsBreakGlass: row.breakGlass))
        }
        let disablings = Dictionary(grouping: rows.disablings, by: \.project)
        var projects: [String: Snapshot.Project] = [:]
        for active in rows.active {
            projects[active.project] = project(
                active, rows.epochs, freezes, disablings[active.project] ?? [], calendars,
                previous.projects[active.project], now)
        }
        return Snapshot(
            projects: projects, calendars: calendars, freezes: freezes, tzdata: zones.version,
            untrustedZones: untrusted, epochs: rows.epochs)
    }

    private func project(
        _ active: RevisionStore.Active, _ epochs: [String: Int64], _ freezes: [Snapshot.ScopedFreeze],
        _ disablings: [StageStore.Disabling], _ calendars: [String: Snapshot.Calendar],
        _ previous: Snapshot.Project?, _ now: Instant
    ) -> Snapshot.Project {
        guard let document = active.document else {
            return Snapshot.Project(policy: nil, revision: 0, stages: [:], line: StageLine(stages: []))
        }
        let set: ManifestSet
        do {
            set = try ManifestSet(canonical: JSONValue(parsing: Array(document.utf8)))
        } catch {
            // One project's trouble is not the others'.
            let fault = "revision \(active.number) of '\(active.project)' cannot be read: \(error)"
            return Snapshot.Project(
                policy: nil, revision: active.number, stages: [:], line: StageLine(stages: []), fault: fault)
        }
        let epoch = (epochs[""] ?? 0) + (epochs[active.project] ?? 0)
        let disabled = Dictionary(disablings.map { ($0.stage, $0.forDecisions) }) { first, _ in first }
        var stages: [String: Situation] = [:]
        for stage in set.stageNames {
            let known = previous?.stages[stage]?.plan
            let plan = set[stage].map { self.plan(for: $0, calendars, known, now) }
            stages[stage] = Situation(
                project: active.project, stage: stage, projectPolicy: set.projectPolicy, plan: plan, isKnown: true,
                disabling: disabled[stage],
                freezes: freezes.filter { $0.reaches(active.project, stage) }.map(\.freeze),
                revision: active.number, epoch: epoch, tzdata: zones.version)
        }
        return Snapshot.Project(
            policy: set.projectPolicy, revision: active.number, stages: stages,
            line: StageLine(
                stages: set.stages, disablings: disabled,
                unskippable: Set(set.stagePolicies.filter { !$0.isSkippable }.map(\.stage))),
            warehouses: set.warehouses)
    }

    private func plan(
        for policy: StagePolicy, _ calendars: [String: Snapshot.Calendar], _ known: GatePlan?, _ now: Instant
    ) -> GatePlan {
        if let known, known.policy == policy, known.isMade(from: calendars) { return known }
        return GatePlan(policy, calendar: { calendars[$0]?.source ?? .missing }, zone: { zone($0, now) })
    }

    private func zone(_ id: String, _ now: Instant) -> Source<ZoneRules> {
        do throws(ZoneError) {
            switch try zones.zone(id, now: now) {
            case .trusted(let rules): return .ready(rules)
            case .untrusted(let reason): return .untrusted(reason)
            }
        } catch {
            return .untrusted(error.description)
        }
    }

    /// A calendar as this transaction sees it.
    func calendar(_ id: String, _ connection: borrowing Connection) throws(PostgresError) -> Snapshot.Calendar? {
        let row = try CalendarStore.calendar(id, connection)
        let adjustments = try AdjustmentStore.effective(connection).filter { $0.calendar == id }
        return calendar(id, row, adjustments, clock.now())
    }

    /// Making a calendar or a plan costs milliseconds: what nothing has changed for is taken over.
    private func calendars(
        _ rows: Rows, _ previous: [String: Snapshot.Calendar], now: Instant
    ) -> [String: Snapshot.Calendar] {
        let loaded = Dictionary(rows.calendars.map { ($0.id, $0) }) { first, _ in first }
        let adjustments = Dictionary(grouping: rows.adjustments, by: \.calendar)
        var calendars: [String: Snapshot.Calendar] = [:]
        for id in Set(BuiltInCalendars.all.keys).union(loaded.keys) {
            let adjustments = adjustments[id] ?? []
            if let known = previous[id], known.revision == loaded[id]?.version || known.isBuiltIn,
                known.adjustmentIDs == adjustments.map(\.id)
            {
                calendars[id] = known
            } else {
                calendars[id] = calendar(id, loaded[id], adjustments, now)
            }
        }
        return calendars
    }

    /// The program's own calendar wins over one that was loaded before the program had it.
    private func calendar(
        _ id: String, _ row: CalendarStore.Row?, _ adjustments: [AdjustmentStore.Row], _ now: Instant
    ) -> Snapshot.Calendar? {
        if let builtIn = BuiltInCalendars.all[id] {
            return adjusted(
                zone(builtIn.timeZone, now).map(builtIn.make), timeZone: builtIn.timeZone, adjustments, row: nil)
        }
        guard let row else { return nil }
        do {
            let document = try CalendarDocument(json: Array(row.document.utf8))
            let source = try zone(document.timeZone, now).map { try document.calendar(id: id, zone: $0) }
            return adjusted(source, timeZone: document.timeZone, adjustments, row: row)
        } catch {
            let fault = "version \(row.version) of the calendar \(id) cannot be read: \(error)"
            return adjusted(.untrusted(fault), timeZone: "", adjustments, row: row)
        }
    }

    private func adjusted(
        _ source: Source<ExchangeCalendar>, timeZone: String, _ adjustments: [AdjustmentStore.Row],
        row: CalendarStore.Row?
    ) -> Snapshot.Calendar {
        var conflicts: [AdjustmentConflict] = []
        let adjusted = source.map { calendar in
            let (adjusted, found) = calendar.applying(adjustments)
            conflicts = found
            return adjusted
        }
        return Snapshot.Calendar(
            source: adjusted, timeZone: timeZone, adjustmentIDs: adjustments.map(\.id), conflicts: conflicts,
            isBuiltIn: row == nil, revision: row?.version, hash: row?.hash ?? [],
            loaded: row.map { ($0.loadedAt, $0.loadedBy) })
    }
}

extension GatePlan {
    /// Whether it was made from these very calendars, and lacked none.
    fileprivate func isMade(from calendars: [String: Snapshot.Calendar]) -> Bool {
        tables.allSatisfy { table in
            switch table {
            case .timeless, .window: true
            case .market(_, let calendar):
                if case .ready(let current)? = calendars[calendar.id]?.source { current === calendar } else { false }
            case .faulty: false
            }
        }
    }
}
