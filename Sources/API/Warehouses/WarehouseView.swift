import Engine
import JSON
import Promotions
import Store
import Time

/// A Warehouse as programs and people read it: what it is, how looking goes, and what was found.
struct WarehouseView: Sendable {
    private let warehouse: Warehouse
    private let isLookedAt: Bool
    private let row: WarehouseStore.Row?

    var name: String { warehouse.name }

    init(_ warehouse: Warehouse, _ project: Snapshot.Project, _ row: WarehouseStore.Row?) {
        self.warehouse = warehouse
        isLookedAt = project.policy?.orchestrator == .gatehouse
        // What was found before the project was handed over says nothing of now.
        self.row = isLookedAt ? row : nil
    }

    func write(into json: inout JSONWriter) {
        json.member("name", warehouse.name)
        json.member("interval", warehouse.interval.text)
        json.member("automatic", warehouse.isAutomatic)
        json.member("completeBy", warehouse.completeBy?.rawValue)
        json.member("polled", isLookedAt)
        if let row {
            json.member("looking", row.isLooking)
            json.member("looks", row.ended)
            json.member("lookedAt", row.lookedAt?.text)
            json.member("succeededAt", row.succeededAt?.text)
            json.member("nextLookAt", row.lookAt.text)
            json.member("failures", Int64(row.failures))
            json.member("hints", row.hints)
        }
        let names = WarehouseReport.names(of: warehouse.subscriptions)
        let report = row?.report ?? WarehouseReport()
        json.member("subscriptions", Array(zip(names, warehouse.subscriptions))) { element, json in
            let (name, subscription) = element
            subscription.write(into: &json)
            (report[name] ?? .init(name: name)).write(into: &json)
        }
        report.writeSets(into: &json)
        json.member("freight", report.freight)
    }
}

extension Subscription {
    /// What it looks for.
    fileprivate func write(into json: inout JSONWriter) {
        json.member("name", name)
        switch source {
        case .image(let image):
            json.member("kind", "image")
            json.member("repoURL", image.repository)
            json.member("strategy", image.strategy.rawValue)
            json.member("constraint", image.constraint)
        case .git(let git):
            json.member("kind", "git")
            json.member("repoURL", git.repository)
            json.member("strategy", git.strategy.rawValue)
            json.member("constraint", git.constraint)
            json.member("branch", git.branch)
        case .chart(let chart):
            json.member("kind", "chart")
            json.member("repoURL", chart.repository)
            json.member("constraint", chart.constraint)
        }
    }
}
