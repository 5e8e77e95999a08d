import JSON
import Promotions
import Store
import Time

extension OverrideStore.Row {
    /// The override as programs and people read it.
    func write(into json: inout JSONWriter, at now: Instant) {
        let state = state(at: now)
        json.member("id", id)
        json.member("state", state.rawValue)
        json.member("project", project)
        json.member("stage", stage)
        json.member("freight", freight)
        json.member("promotion", promotion)
        json.member("bypasses", bypasses)
        if coversUnknown { json.member("coversUnknown", true) }
        json.member("justification", justification)
        json.member("ticket", ticket)
        json.member("requestedBy", requestedBy)
        json.member("requestedAt", requestedAt.text)
        json.member("approvalsRequired", Int64(approvals))
        json.member("approvals", agreed) { agreement, json in
            json.member("by", agreement.by)
            json.member("at", agreement.at.text)
            json.member("note", agreement.note)
        }
        json.member("approveBy", times.approveBy.text)
        json.member("validFor", times.validFor.text)
        json.member("approvedAt", approvedAt?.text)
        json.member("useBy", times.useBy?.text)
        if state.isOpen { json.member("expiresAt", times.end.text) }
        if let use { write(use, into: &json, at: now) }
        if let end {
            json.member("endedAt", end.at.text)
            json.member("endedBy", end.by)
            json.member("endedWhy", end.reason)
        }
        guard let review else { return }
        json.name("review")
        json.beginObject()
        json.member("by", review.by)
        json.member("at", review.at.text)
        json.member("outcome", review.outcome)
        json.member("note", review.note)
        json.endObject()
    }

    private func write(_ use: OverrideStore.Use, into json: inout JSONWriter, at now: Instant) {
        json.member("consumedAt", use.at.text)
        json.member("consumedBy", use.promotion)
        json.member("coversUntil", use.coversUntil.text)
        json.member("reviewDueAt", use.reviewDue.text)
        if review == nil { json.member("reviewOverdue", use.reviewDue <= now) }
    }
}
