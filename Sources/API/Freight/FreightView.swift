import JSON
import Postgres
import Promotions
import Store
import Time

/// Freight as people look at it: what it is made of, where it did well, where it is, and who said yes to it.
struct FreightView: Sendable {
    let row: FreightStore.Row
    private let standing: FreightHistory.Standing
    private let approvals: [ApprovalStore.Approval]

    /// The Freight of that name or alias, which must be there.
    static func known(_ name: String, in project: String, _ connection: borrowing Connection) throws -> FreightView {
        let row = try FreightStore.known(name, in: project, connection)
        let id = row.freight.id
        return FreightView(
            row: row, standing: try FreightHistory.standings(of: [id], in: project, connection)[id] ?? .init(),
            approvals: try ApprovalStore.valid(of: [id], in: project, connection))
    }

    /// Views of some Freight, with as many queries as for one.
    static func all(
        _ rows: [FreightStore.Row], in project: String, _ connection: borrowing Connection
    ) throws -> [FreightView] {
        let names = rows.map(\.freight.id)
        let standings = try FreightHistory.standings(of: names, in: project, connection)
        let approvals = Dictionary(grouping: try ApprovalStore.valid(of: names, in: project, connection), by: \.freight)
        return rows.map { row in
            FreightView(
                row: row, standing: standings[row.freight.id] ?? .init(), approvals: approvals[row.freight.id] ?? [])
        }
    }

    func write(into json: inout JSONWriter) {
        let freight = row.freight
        json.member("id", freight.id)
        json.member("alias", freight.alias)
        json.member("warehouse", freight.warehouse)
        json.member("discoveredAt", freight.discoveredAt.text)
        json.member("madeBy", row.madeBy)
        freight.artifacts.write(into: &json)
        json.name("verifiedIn")
        json.beginObject()
        for verification in standing.verifications {
            json.name(given: verification.stage)
            json.beginObject()
            json.member("at", verification.at.text)
            json.endObject()
        }
        json.endObject()
        json.member("currentlyIn", standing.stages)
        json.member("approvals", approvals) { approval, json in approval.write(into: &json) }
        row.rejection?.write(into: &json)
    }
}

extension FreightStore.Rejection {
    fileprivate func write(into json: inout JSONWriter) {
        json.name("rejected")
        json.beginObject()
        json.member("by", by)
        json.member("at", at.text)
        json.member("reason", reason)
        json.endObject()
    }
}

extension ApprovalStore.Approval {
    /// The approval as programs and people read it.
    func write(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("stage", stage)
        json.member("by", by)
        json.member("at", at.text)
        json.member("note", note)
        json.member("usedBy", usedBy)
        guard let revocation else { return }
        json.name("revoked")
        json.beginObject()
        json.member("by", revocation.by)
        json.member("at", revocation.at.text)
        json.member("reason", revocation.reason)
        json.endObject()
    }
}
