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
    private let caller: Caller
    private let now: Instant
    private let requestID: String
    private let isDrill: Bool

    /// Begins in a project that there is, and that Gatehouse orchestrates.
    static func begin(
        _ project: String, _ request: Request, _ caller: Caller, _ service: Service,
        _ connection: borrowing Connection
    ) throws -> FreightMaker {
        guard let current = try RevisionStore.current(of: project, connection) else { throw Problem.noProject(project) }
        guard try current.manifests(connection).projectPolicy.orchestrator == .gatehouse else {
            throw Problem(
                .kargoOrchestrates, "Kargo makes the Freight of '\(project)'",
                hint: "its ProjectPolicy says 'orchestrator: kargo'")
        }
        return FreightMaker(
            project: project, caller: caller, now: service.clock.now(), requestID: request.id,
            isDrill: service.clock.isDrill)
    }

    /// 201 with the Freight, or 200 with what was there already.
    func make(_ body: FreightBody, _ connection: borrowing Connection) throws -> Written {
        let id = FreightID.make(warehouse: body.warehouse, artifacts: body.artifacts)
        let freight = Freight(
            id: id, alias: try alias(body.alias, of: id, connection), warehouse: body.warehouse, discoveredAt: now,
            artifacts: body.artifacts)
        let isNew = try FreightStore.add(freight, to: project, by: caller.subject, connection)
        if isNew { try append(freight, connection) }
        let row = try FreightStore.known(id, in: project, connection)
        return Written(
            status: isNew ? 201 : 200, location: "/v1/projects/\(project)/freight/\(id)",
            body: JSONWriter.object { json in row.write(into: &json) })
    }

    private func alias(_ chosen: String?, of id: String, _ connection: borrowing Connection) throws -> String {
        if let chosen {
            let isTaken = try FreightStore.isTaken(alias: chosen, in: project, connection)
            guard try !isTaken || FreightStore.freight(chosen, in: project, connection)?.freight.id == id else {
                throw Problem(
                    .aliasTaken, "'\(chosen)' means, or has meant, other Freight of '\(project)'", field: "alias")
            }
            return chosen
        }
        var generator = SystemRandomNumberGenerator()
        var attempt = 0
        while true {
            let drawn = Alias.draw(attempt: attempt, using: &generator)
            if try !FreightStore.isTaken(alias: drawn, in: project, connection) { return drawn }
            attempt += 1
        }
    }

    private func append(_ freight: Freight, _ connection: borrowing Connection) throws {
        try AuditStore.append(
            AuditEvent(
                .freightCreated, at: now, actor: caller.actor, project: project, freight: freight.id,
                details: [.init("alias", .string(freight.alias)), .init("warehouse", .string(freight.warehouse))],
                requestID: requestID, isDrill: isDrill),
            connection)
    }
}
