import JSON
import Ledger
public import Observability
public import Postgres
import Store
import Time
import TimeZones

/// What is done again and again while the server runs. Each step takes no input, and can be left out or done twice.
public struct Upkeep: Sendable {
    private let pool: Pool
    private let clock: ServiceClock
    private let tokens: TokenDirectory
    private let decisions: Decisions
    private let warehouseFailures: WarehouseFailures
    private let log: Log

    /// The steps, on these parts.
    public init(
        pool: Pool, clock: ServiceClock, tokens: TokenDirectory, decisions: Decisions,
        warehouseFailures: WarehouseFailures, log: Log
    ) {
        self.pool = pool
        self.clock = clock
        self.tokens = tokens
        self.decisions = decisions
        self.warehouseFailures = warehouseFailures
        self.log = log
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withTaskGroup { group in
            group.addTask { await every(.seconds(3), "measuring the clock", measureClock) }
            group.addTask { await every(.seconds(5), "counting Warehouses' failures", warehouseFailures.read) }
            group.addTask { await watch() }
            group.addTask { await every(.seconds(30), "writing the tokens' last uses", tokens.writeUses) }
            group.addTask { await every(.seconds(1), "ending break-glass whose time is over", expireOverrides) }
            group.addTask { await every(.seconds(60), "ending runs of refusals", endRefusals) }
            group.addTask {
                await every(.seconds(10), "calling to mind what is due", Reminders(decisions: decisions).remind)
            }
            group.addTask { await every(.seconds(600), "forgetting what is old", forget) }
            group.addTask { await every(.seconds(3_600), "comparing zones", compareZones) }
        }
    }

    /// From the first moment on: what comes back after a pause does not make that longer.
    private func watch() async {
        let watch = Watch(decisions: decisions)
        try? await watch.note()
        await every(.seconds(5), "noting that this server can tell", watch.note)
    }

    private func every(_ interval: Duration, _ name: String, _ step: @Sendable () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: interval)
                try await step()
            } catch is CancellationError {
                return
            } catch {
                log.debug("\(name) failed and is tried again", ("error", .text("\(error)")))
            }
        }
    }

    private func measureClock() async throws {
        let (reading, drill) = try await pool.withConnection { (try $0.readClock(), try DrillStore.anchor($0)) }
        // A slow answer tells the time only to within half of what it took.
        guard reading.roundTrip <= .milliseconds(200) else { return }
        let wasSkewed = clock.isSkewed
        clock.set(reading, drill: drill)
        if clock.isSkewed != wasSkewed {
            log.warning(
                clock.isSkewed ? "this machine's clock is off the database's" : "this machine's clock is right again",
                ("skewMicroseconds", .number(clock.skew.microseconds)))
            // What a wrong clock put off is looked at by the right one: when that would be due nobody knows.
            if !clock.isSkewed { try await pool.withConnection { try StageCallStore.call(nil, $0) } }
        }
    }

    /// Systems are updated, and years go by: what is trusted may change while the server runs.
    private func compareZones() async throws {
        let before = decisions.zones.findings
        decisions.zones.recheck(now: clock.now())
        let findings = decisions.zones.findings
        guard findings != before else { return }
        for finding in findings { log.warning("a time zone cannot be trusted", ("reason", .text(finding.reason))) }
        try await decisions.mirror.reload()
    }

    /// A moment late, so that none is taken from whoever was let in by it at its last instant.
    private func expireOverrides() async throws {
        guard !clock.isSkewed else { return }
        let (now, isDrill, snapshot) = (clock.now(), clock.isDrill, decisions.mirror.value)
        try await pool.transaction { connection in
            for row in try OverrideStore.expire(at: now - .seconds(5), connection) {
                let event = AuditEvent(
                    .overrideExpired, at: now, actor: .system, project: row.project, stage: row.stage,
                    freight: row.freight, details: [.init("override", .string(row.id))], isDrill: isDrill
                ).during(snapshot.session(at: now, project: row.project, stage: row.stage))
                try AuditStore.append(event, connection)
            }
        }
    }

    /// Whoever has not asked for ten minutes does not ask again and again.
    private func endRefusals() async throws {
        let (now, isDrill, snapshot) = (clock.now(), clock.isDrill, decisions.mirror.value)
        // Some at a time: whoever asks again meanwhile waits for the row.
        let batch = 100
        var ended = batch
        while ended == batch {
            ended = try await pool.transaction { connection in
                let runs = try RefusalStore.end(quietSince: now - .seconds(600), limit: batch, connection)
                let events = runs.filter { $0.count > 1 }.map { run in
                    run.ending(at: now, actor: .system, isDrill: isDrill)
                        .during(snapshot.session(at: now, project: run.key.project, stage: run.key.stage))
                }
                _ = try AuditStore.append(numbered: events, connection)
                return runs.count
            }
        }
    }

    private func forget() async throws {
        let now = clock.now()
        try await pool.withConnection { connection in
            try IdempotencyStore.forget(before: now - .hours(24), connection)
            try AuditStore.forgetFailures(before: now - .hours(24), connection)
        }
    }
}
