import JSON
import Promotions
import Store
import Time

/// One change, as a report tells it: what went where, who wanted it, who agreed, and what the exchange did.
struct Change: Sendable {
    let start: StartedChange
    let row: PromotionStore.Row
    let agreements: [RecordStore.Agreement]
    let override: OverrideStore.Row?

    private var promotion: Promotion { row.promotion }
    private var ticket: String? { row.ticket ?? override?.ticket }
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
        json.member("approvers", agreements.map(\.by))
        json.member("revision", start.revision)
        json.member("event", start.event.id)
        start.write(into: &json)
        guard let override else { return }
        json.name("override")
        json.beginObject()
        json.member("id", override.id)
        json.member("requestedBy", override.requestedBy)
        json.member("justification", override.justification)
        json.member("bypasses", override.bypasses)
        json.member("approvers", override.agreed.map(\.by))
        json.member("reviewDueAt", override.use?.reviewDue.text)
        json.member("reviewedBy", override.review?.by)
        json.member("reviewedAt", override.review?.at.text)
        json.member("outcome", override.review?.outcome)
        json.endObject()
    }

    static let columns = CSVText.row([
        "promotion", "project", "stage", "freight", "kind", "requested_by", "requested_at", "ticket", "justification",
        "started_at", "ended_at", "phase", "code", "approvers", "override", "override_requested_by",
        "override_justification", "override_approvers", "review_outcome", "reviewed_by", "reviewed_at", "review_due_at",
        "calendar", "calendar_version", "session", "session_date", "revision", "enforcement", "event",
    ])

    /// The change as a row of a table.
    var csv: [UInt8] {
        CSVText.row([
            promotion.id, row.project, promotion.stage, promotion.freight.id, promotion.kind.rawValue,
            promotion.requester, promotion.createdAt.text, ticket, row.justification, start.event.place.at.text,
            row.endedAt?.text, promotion.phase.rawValue, outcomeCode, names(agreements.map(\.by)), override?.id,
            override?.requestedBy, override?.justification, names(override?.agreed.map(\.by) ?? []),
            override?.review?.outcome, override?.review?.by, override?.review?.at.text, override?.use?.reviewDue.text,
            start.calendar?["id"]?.string ?? start.session?["calendar"]?.string, start.calendar?["version"]?.string,
            start.session?["session"]?.string, start.session?["date"]?.string, start.revision.map { String($0) },
            start.isObserved ? "observe" : nil, String(start.event.id),
        ])
    }

    private func names(_ names: [String]) -> String? { names.isEmpty ? nil : names.joined(separator: "; ") }
}
