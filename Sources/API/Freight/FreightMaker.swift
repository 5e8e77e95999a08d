import Engine
import HTTPServer
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// Makes Freight of what a caller says that it is made of.
struct FreightMaker: Sendable {
    private let project: String
    private let manifests: ManifestSet
    private let events: EventWriter

    /// Begins in a project that there is, and that Gatehouse orchestrates.
    static func begin(
        _ project: String, _ request: Request, _ caller: Caller, _ service: Service,
        _ connection: borrowing Connection
    ) throws -> FreightMaker {
        guard let current = try RevisionStore.current(of: project, connection) else { throw Problem.noProject(project) }
        let manifests = try current.manifests(connection)
        guard manifests.projectPolicy.orchestrator == .gatehouse else {
            throw Problem(
                .kargoOrchestrates, "Kargo makes the Freight of '\(project)'",
                hint: "its ProjectPolicy says 'orchestrator: kargo'")
        }
        return FreightMaker(
            project: project, manifests: manifests,
            events: EventWriter(request, by: caller, at: service.clock.now(), service))
    }

    /// 201 with the Freight, or 200 with what was there already.
    func make(_ body: FreightBody, _ connection: borrowing Connection) throws -> Written {
        let id = FreightID.make(warehouse: body.warehouse, artifacts: body.artifacts)
        if let alias = body.alias { try check(alias, isFreeFor: id, connection) }
        if try FreightStore.freight(id, in: project, connection) != nil {
            return try answer(FreightView.known(id, in: project, connection), to: body)
        }
        try check(body)
        let freight = Freight(
            id: id, alias: try body.alias ?? FreightStore.freeAlias(in: project, connection), warehouse: body.warehouse,
            discoveredAt: events.now, artifacts: body.artifacts)
        let isNew = try FreightStore.add(freight, to: project, by: events.caller.subject, connection)
        let view = try FreightView.known(id, in: project, connection)
        // Somebody else made the same meanwhile.
        guard isNew else { return try answer(view, to: body) }
        try events.append(
            .freightCreated, project: project, freight: id,
            details: [.init("alias", .string(freight.alias)), .init("warehouse", .string(freight.warehouse))],
            connection)
        return written(view, status: 201)
    }

    /// Refuses what its Warehouse, as it stands, would never make.
    private func check(_ body: FreightBody) throws(Problem) {
        guard let warehouse = manifests.warehouse(body.warehouse) else {
            let names = manifests.warehouses.map(\.name)
            throw Problem(
                .notOfWarehouse, "'\(project)' has no Warehouse '\(body.warehouse)'", field: "warehouse",
                hint: names.isEmpty ? "its manifests name none" : "one of: \(names.joined(separator: ", "))")
        }
        do throws(Warehouse.Mismatch) {
            try warehouse.check(body.artifacts)
        } catch {
            throw Problem(
                .notOfWarehouse, error.description, field: error.field,
                hint: "'\(warehouse.name)' asks for one of each: \(warehouse.wanted)")
        }
    }

    private func check(_ alias: String, isFreeFor id: String, _ connection: borrowing Connection) throws {
        guard let other = try FreightStore.freight(alias, in: project, connection), other.freight.id != id else {
            return
        }
        throw Problem(.aliasTaken, "'\(alias)' means, or has meant, other Freight of '\(project)'", field: "alias")
    }

    /// What was there already stays as it is: whoever asks for another alias is told so.
    private func answer(_ known: FreightView, to body: FreightBody) throws(Problem) -> Written {
        let alias = known.row.freight.alias
        guard body.alias == nil || body.alias == alias else {
            throw Problem(
                .otherAlias, "this Freight is there already, under the alias '\(alias)'", field: "alias",
                hint: "PATCH /v1/projects/\(project)/freight/\(alias) gives it another")
        }
        return written(known, status: 200)
    }

    private func written(_ view: FreightView, status: Int) -> Written {
        Written(
            status: status, location: "/v1/projects/\(project)/freight/\(view.row.freight.id)",
            body: JSONWriter.object { json in view.write(into: &json) })
    }
}
