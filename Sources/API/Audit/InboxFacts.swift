import Engine
import Postgres
import Promotions
import Store

/// What whoever says yes wants to know of what waits beside who asks: which Freight it is, and past which gates it goes.
struct InboxFacts: Sendable {
    private var aliases: [String: String] = [:]
    private var bypasses: [String: [String]] = [:]
    private var snapshot: Snapshot?

    /// Of nothing.
    init() {}

    /// Reads what there is to know of a page.
    init(of rows: [InboxStore.Row], _ snapshot: Snapshot, _ connection: borrowing Connection) throws {
        self.snapshot = snapshot
        let named = rows.compactMap { row in
            row.project.flatMap { project in row.freight.map { (project: project, freight: $0) } }
        }
        aliases = try FreightStore.aliases(of: named.map(\.freight), in: named.map(\.project), connection)
        let overrides = rows.filter { $0.kind == .override || $0.kind == .review }.map(\.id)
        for override in try OverrideStore.overrides(named: overrides, connection) {
            bypasses[override.id] = override.bypasses
        }
    }

    /// What people call its Freight.
    func alias(of row: InboxStore.Row) -> String? { row.freight.flatMap { aliases[$0] } }

    /// The gates that a yes opens, or that break-glass passes.
    func gates(of row: InboxStore.Row) -> [String]? {
        switch row.kind {
        case .override, .review: bypasses[row.id]
        case .approval:
            snapshot?.projects[row.project ?? ""]?.stages[row.stage ?? ""]?.plan?.policy.gates.compactMap { gate in
                guard case .approval = gate.kind else { return nil }
                return gate.name
            }
        case .revision, .adjustment: nil
        }
    }
}
