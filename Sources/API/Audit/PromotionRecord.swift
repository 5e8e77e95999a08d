import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// All that is known of one change, in one document.
struct PromotionRecord: Sendable {
    /// A Freight of which more has happened is shown with this many events; the log has them all.
    private static let most = 1_000

    private let row: PromotionStore.Row
    private let steps: [StepStore.Step]
    private let freight: FreightStore.Row?
    private let approvals: [ApprovalStore.Approval]
    private let overrides: [OverrideStore.Row]
    private let revision: RevisionStore.Row?
    private let events: [KeptEvent]
    private let isWhole: Bool
    private let start: StartedChange?
    private let proofs: EventProofs

    var stage: String { row.promotion.stage }

    /// Reads it, with those of its events that a grant shows.
    init(_ id: String, in project: String, shownTo grant: Grant, _ connection: borrowing Connection) throws {
        row = try PromotionStore.known(id, in: project, connection)
        let (stage, name) = (row.promotion.stage, row.promotion.freight.id)
        steps = try StepStore.steps(of: [id], connection)[id, default: []]
        freight = try FreightStore.freight(name, in: project, connection)
        approvals = try ApprovalStore.all(of: name, in: project, connection).filter { $0.stage == stage }
        overrides = try OverrideStore.used(by: [id], connection)[id, default: []]
        let shown = AuditSearch(within: grant)
        let found = try Self.events(of: id, freight: name, stage: stage, project, shown, connection)
        // Who reaches some Stages only is not shown what belongs to none.
        (events, isWhole) = (found.events, found.isWhole && grant.stages == nil)
        start = events.last { StartedChange($0) != nil }.flatMap(StartedChange.init)
        proofs = try EventProofs(of: events, connection)
        revision = try start?.revision.flatMap { try RevisionStore.revision($0, of: project, connection) }
    }

    /// What happened to the promotion, and what happened to its Freight in this Stage that belongs to no promotion: that
    /// it was found, agreed to, rejected, and that break-glass was asked for.
    private static func events(
        of id: String, freight: String, stage: String, _ project: String, _ shown: AuditSearch,
        _ connection: borrowing Connection
    ) throws -> (events: [KeptEvent], isWhole: Bool) {
        var (own, others) = (shown, shown)
        (own.project, own.promotion, own.isAscending) = (project, id, true)
        (others.project, others.freight, others.isAscending) = (project, freight, true)
        let ownPart = try AuditQueryStore.part(of: own, after: nil, limit: most, connection)
        let othersPart = try AuditQueryStore.part(of: others, after: nil, limit: most, connection)
        let beside = othersPart.events.filter { event in
            event.promotion == nil && (event.stage == nil || event.stage == stage)
        }
        let events = (ownPart.events + beside).sorted { ($0.place.at, $0.id) < ($1.place.at, $1.id) }
        return (events, ownPart.next == nil && othersPart.next == nil)
    }

    func write(into json: inout JSONWriter, at now: Instant) {
        json.name("promotion")
        json.beginObject()
        row.write(into: &json)
        json.member("steps", steps) { step, json in step.write(into: &json) }
        json.endObject()
        if let freight { write(freight, into: &json) }
        json.member("approvals", approvals) { approval, json in
            approval.write(into: &json)
            json.member("used", start?.counted(approval) ?? false)
        }
        json.member("overrides", overrides) { override, json in override.write(into: &json, at: now) }
        if let revision {
            json.name("policy")
            json.beginObject()
            revision.write(into: &json)
            json.endObject()
        }
        start?.write(into: &json)
        writeEvents(into: &json)
    }

    private func write(_ row: FreightStore.Row, into json: inout JSONWriter) {
        json.name("freight")
        json.beginObject()
        json.member("id", row.freight.id)
        json.member("alias", row.freight.alias)
        json.member("warehouse", row.freight.warehouse)
        json.member("discoveredAt", row.freight.discoveredAt.text)
        json.member("madeBy", row.madeBy)
        row.freight.artifacts.write(into: &json)
        json.endObject()
    }

    private func writeEvents(into json: inout JSONWriter) {
        json.name("events")
        json.beginArray()
        for event in events {
            guard let document = try? JSONValue(parsing: event.bytes), case .object(let members) = document else {
                continue
            }
            let place: [JSONValue.Member] = event.leaf.map { [.init("leaf", .integer($0))] } ?? []
            json.value(.object([.init("id", .integer(event.id))] + place + members))
        }
        json.endArray()
        json.member("eventsComplete", isWhole)
        json.name("log")
        json.beginObject()
        proofs.write(into: &json)
        json.endObject()
    }
}
