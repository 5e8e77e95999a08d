import HTTPServer
import Manifests
import Postgres
import Promotions
import Store

/// Names by which a list is searched. One that finds nothing may be written wrongly, and is then answered as what it is.
struct AskedNames: Sendable {
    var stage: String?
    var warehouse: String?

    /// Refuses a project that there is not, and a name that it does not have. What is gone from its manifests is still
    /// found where it left something, so only a search that found nothing is checked.
    func check(in project: String, _ connection: borrowing Connection) throws {
        guard let current = try RevisionStore.current(of: project, connection) else { throw Problem.noProject(project) }
        let manifests = try current.manifests(connection)
        if let stage, !manifests.has(stage) {
            throw Problem(
                .noSuchStage, "'\(project)' has no Stage '\(stage.prefix(64))'", field: "stage",
                hint: Self.hint(stage, manifests.stageNames))
        }
        let names = manifests.warehouses.map(\.name)
        if let warehouse, !names.contains(warehouse) {
            throw Problem(
                .noSuchWarehouse, "'\(project)' has no Warehouse '\(warehouse.prefix(64))'", field: "warehouse",
                hint: Self.hint(warehouse, names))
        }
    }

    /// What to write in place of a name, and which there are.
    static func hint(_ name: String, _ known: [String]) -> String? {
        guard !known.isEmpty else { return nil }
        let nearest = nearest(to: name, among: known).map { "did you mean '\($0)'? " } ?? ""
        return nearest + "there are: " + known.prefix(50).joined(separator: ", ")
    }
}
