import Locks
import Postgres
import Promotions
import Store

/// How many looks at each Warehouse have failed in a row, whichever server looked: as the database told it last.
///
/// Monitoring asks for it when the database is away, too, so that it is not read when it is asked for.
public final class WarehouseFailures: Sendable {
    /// A Warehouse's count.
    public struct Count: Hashable, Sendable {
        /// The project.
        public let project: String
        /// The Warehouse.
        public let warehouse: String
        /// How many looks have failed since the last one that found everything out.
        public let failures: Int
    }

    private let decisions: Decisions
    /// By project and Warehouse, where it is more than none.
    private let told = Guarded<[String: [String: Int]]?>(nil)

    /// Nothing is known yet.
    public init(_ decisions: Decisions) {
        self.decisions = decisions
    }

    /// Every Warehouse that is looked at, by its name; none until the database has told.
    public var counts: [Count] {
        guard let told = told.withLock({ $0 }) else { return [] }
        return decisions.mirror.value.lookedAt.map { place in
            Count(
                project: place.project, warehouse: place.warehouse,
                failures: told[place.project]?[place.warehouse] ?? 0)
        }
    }

    /// Asks the database.
    func read() async throws {
        let failing = try await decisions.pool.withConnection { try WarehouseStore.failing($0) }
        let told = Dictionary(grouping: failing, by: \.project).mapValues { failing in
            Dictionary(failing.map { ($0.warehouse, $0.failures) }, uniquingKeysWith: max)
        }
        self.told.withLock { $0 = told }
    }
}

extension Snapshot {
    /// The Warehouses that Gatehouse looks at, by their names.
    var lookedAt: [WarehouseLookStore.Place] {
        projects.filter { $0.value.policy?.orchestrator == .gatehouse }.sorted { $0.key < $1.key }
            .flatMap { name, project in
                project.warehouses.sorted { $0.name < $1.name }.map {
                    .init(project: name, warehouse: $0.name, revision: project.revision)
                }
            }
    }
}
