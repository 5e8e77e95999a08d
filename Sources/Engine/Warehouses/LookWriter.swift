import JSON
import Ledger
import Observability
import Postgres
import Promotions
import Store
import Time

/// Writes down what a look found, and makes the Freight that follows, in one transaction in which the project's manifests
/// do not change.
struct LookWriter: Sendable {
    /// What came of a look.
    enum Outcome: Sendable {
        /// It was written down.
        case written(made: Freight?, moved: [WarehouseReport.MovedTag])
        /// The Warehouse is another one now, or somebody else has looked since.
        case outdated
    }

    let lease: WarehouseLookStore.Lease
    let warehouse: Warehouse
    let lookedAt: Instant
    let findings: [Finding]
    let chance: Double
    let isDrill: Bool

    private var project: String { lease.place.project }

    /// Writes it down, by an act that holds off changes.
    func write(_ admit: Admit) async throws -> Outcome {
        do {
            return try await admit.act(in: project) { connection, ground in try write(ground, connection) }
        } catch let error as PostgresError where error.isUniqueViolation {
            // Somebody has taken the alias that was free: the next one is another.
            return try await admit.act(in: project) { connection, ground in try write(ground, connection) }
        }
    }

    private func write(_ ground: Admit.Ground, _ connection: borrowing Connection) throws -> Outcome {
        let current = ground.snapshot.projects[project]
        guard current?.policy?.orchestrator == .gatehouse,
            current?.warehouses.contains(warehouse) == true
        else {
            try WarehouseLookStore.giveBack(lease, connection)
            return .outdated
        }
        let conclusion = LookConclusion(findings, completeBy: warehouse.completeBy)
        var (report, moved) = WarehouseReport.after(
            WarehouseReport(kept: lease.report), findings, conclusion, at: lookedAt)
        let made = try conclusion.artifacts.flatMap { try makeFreight(of: $0, &report, ground, connection) }
        guard try WarehouseLookStore.end(lease, result(report, at: ground.now), connection) else {
            throw Superseded()
        }
        for tag in moved { try append(tag, freight: report.freight, ground, connection) }
        return .written(made: made, moved: moved)
    }

    /// Somebody else has looked since: what this look would have changed is undone.
    struct Superseded: Error {}

    private func result(_ report: WarehouseReport, at now: Instant) -> WarehouseLookStore.Result {
        let hasFailed = findings.contains { $0.failure != nil }
        let failures = hasFailed ? lease.failures + 1 : 0
        let timing = LookTiming(interval: warehouse.interval, after: findings, failures: failures, chance: chance)
        return WarehouseLookStore.Result(
            lookedAt: lookedAt, endedAt: now, failures: failures, report: report.kept, lookAt: now + timing.pause,
            notBefore: timing.rest.map { now + $0 })
    }

    /// Makes Freight, unless there is some of these artifacts or somebody makes it by hand.
    private func makeFreight(
        of artifacts: Artifacts, _ report: inout WarehouseReport, _ ground: Admit.Ground,
        _ connection: borrowing Connection
    ) throws -> Freight? {
        let now = ground.now
        let id = FreightID.make(warehouse: warehouse.name, artifacts: artifacts)
        guard try FreightStore.freight(id, in: project, connection) == nil else {
            report.freight = id
            return nil
        }
        guard warehouse.isAutomatic else { return nil }
        report.freight = id
        let freight = Freight(
            id: id, alias: try FreightStore.freeAlias(in: project, connection), warehouse: warehouse.name,
            discoveredAt: now, artifacts: artifacts)
        guard try FreightStore.add(freight, to: project, by: nil, connection) else { return nil }
        try AuditStore.append(
            AuditEvent(
                .freightCreated, at: now, actor: .system, project: project, freight: id,
                details: [.init("alias", .string(freight.alias)), .init("warehouse", .string(warehouse.name))],
                isDrill: isDrill
            ).during(ground.snapshot.session(at: now)), connection)
        return freight
    }

    private func append(
        _ moved: WarehouseReport.MovedTag, freight: String?, _ ground: Admit.Ground, _ connection: borrowing Connection
    ) throws {
        try AuditStore.append(
            AuditEvent(
                .warehouseTagMoved, at: ground.now, actor: .system, project: project, freight: freight,
                details: [
                    .init("warehouse", .string(warehouse.name)), .init("repoURL", .string(moved.repository)),
                    .init("tag", .string(moved.tag)), .init("from", .string(moved.from)),
                    .init("to", .string(moved.to)),
                ], isDrill: isDrill
            ).during(ground.snapshot.session(at: ground.now)), connection)
    }
}
