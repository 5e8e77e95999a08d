import JSON
import Promotions
import Store
import Time

/// One change, as a report tells it: what went where, who wanted it, who agreed, and what the exchange did.
struct Change: Sendable {
    let start: StartedChange
    let row: PromotionStore.Row
    /// The break-glass by which it was let past closed gates, the first used first.
    let overrides: [OverrideStore.Row]

    private var promotion: Promotion { row.promotion }
    private var ticket: String? { row.ticket ?? overrides.lazy.compactMap(\.ticket).first }
    private var outcomeCode: String? {
        if case .ended(let code, _) = promotion.state { code.rawValue } else { nil }
    }

    func write(into json: inout JSONWriter) {
        json.member("promotion", promotion.id)
        json.member("project", row.project)
        json.member("stage", promotion.stage)
        json.member("freight", promotion.freight.id)
        json.member("kind", promotion.kind.rawValue)
        json.member("requestedBy", promotion.requester)
        json.member("requestedAt", promotion.createdAt.text)
        json.member("ticket", ticket)
        json.member("justification", row.justification)
        json.member("startedAt", start.event.place.at.text)
        json.member("endedAt", row.endedAt?.text)
        json.member("phase", promotion.phase.rawValue)
        json.member("code", outcomeCode)
        json.member("approvers", start.approvers)
        json.member("revision", start.revision)
        json.member("event", start.event.id)
        json.member("leaf", start.event.leaf)
        start.write(into: &json)
        json.member("overrides", overrides) { override, json in override.writeReported(into: &json) }
    }

    /// The change as a row of a table.
    var csv: [UInt8] {
        var values = overrides.columns
        values[.promotion] = promotion.id
        values[.project] = row.project
        values[.stage] = promotion.stage
        values[.freight] = promotion.freight.id
        values[.kind] = promotion.kind.rawValue
        values[.requestedBy] = promotion.requester
        values[.requestedAt] = promotion.createdAt.text
        values[.ticket] = ticket
        values[.justification] = row.justification
        values[.startedAt] = start.event.place.at.text
        values[.endedAt] = row.endedAt?.text
        values[.phase] = promotion.phase.rawValue
        values[.code] = outcomeCode
        values[.approvers] = start.approvers.isEmpty ? nil : start.approvers.joined(separator: "; ")
        values[.calendar] = start.calendar?["id"]?.string ?? start.session?["calendar"]?.string
        values[.calendarVersion] = start.calendar?["version"]?.string
        values[.session] = start.session?["session"]?.string
        values[.sessionDate] = start.session?["date"]?.string
        values[.revision] = start.revision.map { String($0) }
        values[.enforcement] = start.isObserved ? "observe" : nil
        values[.rollback] = start.isRollback ? "true" : nil
        values[.event] = String(start.event.id)
        values[.leaf] = start.event.leaf.map { String($0) }
        return ReportTable.row(.change, values)
    }
}
