import Engine
import HTTPServer
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// A change of what a Freight is to its project, made in a transaction that holds off every act there.
struct FreightChange: Sendable {
    let project: String
    let freight: Freight
    private let events: EventWriter
    private var caller: Caller { events.caller }
    private var now: Instant { events.now }

    /// Begins a change of Freight that there is.
    static func begin(
        _ name: String, _ project: String, _ request: Request, _ caller: Caller, _ service: Service,
        _ connection: borrowing Connection
    ) throws -> FreightChange {
        try EpochStore.beginChange(of: .project(project), connection)
        let row = try FreightStore.known(name, in: project, connection)
        return FreightChange(
            project: project, freight: row.freight,
            events: EventWriter(request, by: caller, at: service.clock.now(), service))
    }

    /// Gives it another alias, which must never have meant other Freight.
    func rename(to alias: String, _ connection: borrowing Connection) throws {
        do throws(Alias.Refusal) {
            try Alias.check(alias)
        } catch {
            throw Problem(.badField, error.description, field: "alias")
        }
        guard alias != freight.alias else { return }
        guard try FreightStore.rename(freight.id, to: alias, in: project, at: now, connection) else {
            throw Problem(.aliasTaken, "'\(alias)' means, or has meant, other Freight of '\(project)'", field: "alias")
        }
        try append(
            .freightRenamed, nil, [.init("from", .string(freight.alias)), .init("to", .string(alias))], connection)
    }

    /// Lets it go nowhere any more.
    func reject(because reason: String, _ connection: borrowing Connection) throws {
        guard
            try FreightStore.reject(
                freight.id, in: project, by: caller.subject, reason: reason, at: now, connection)
        else { throw Problem(.freightRejected, "Freight '\(freight.alias)' is rejected already") }
        try append(.freightRejected, reason, [], connection)
    }

    /// Lets it go where it may again.
    func reinstate(because reason: String, _ connection: borrowing Connection) throws {
        guard
            try FreightStore.reinstate(
                freight.id, in: project, by: caller.subject, reason: reason, at: now, connection)
        else { throw Problem(.freightNotRejected, "Freight '\(freight.alias)' is not rejected") }
        try append(.freightReinstated, reason, [], connection)
    }

    private func append(
        _ code: EventCode, _ reason: String?, _ details: [JSONValue.Member], _ connection: borrowing Connection
    ) throws {
        try events.append(
            code, project: project, freight: freight.id, reason: reason, details: details, connection)
    }
}
