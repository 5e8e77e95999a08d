import JSON
import Store
import Time

/// What the log says of a change at the instant when it was let in.
struct StartedChange: Sendable {
    /// The event.
    let event: KeptEvent
    /// The promotion.
    let promotion: String
    /// The revision of the policy by which it was let in.
    let revision: Int64?
    /// Whether the policy was only looked on.
    let isObserved: Bool
    /// What the exchange did: its calendar, session and date.
    let session: JSONValue?
    /// The calendar by which its gates went, with its version.
    let calendar: JSONValue?
    /// Whether it went back to what was there before, as the Stage's history told.
    let isRollback: Bool
    /// Whose yes let it in, each with its instant.
    private let approvals: [JSONValue]

    /// Reads an event; nothing if it tells of something else.
    init?(_ event: KeptEvent) {
        guard let document = try? JSONValue(parsing: event.bytes), document["code"]?.string == "promotion.started",
            let promotion = document["promotion"]?.string
        else { return nil }
        self.event = event
        self.promotion = promotion
        let details = document["details"]
        revision = details?["revision"]?.integer
        isObserved = details?["enforcement"]?.string == "observe"
        session = document["session"]
        calendar = details?["calendar"]
        approvals = details?["approvals"]?.array ?? []
        isRollback = details?["rollback"]?.bool ?? false
    }

    /// Those whose yes let it in.
    var approvers: [String] { Set(approvals.compactMap { $0["by"]?.string }).sorted() }

    /// Whether it was let in by this yes.
    func counted(_ approval: ApprovalStore.Approval) -> Bool {
        approvals.contains { $0["by"]?.string == approval.by && $0["at"]?.string == approval.at.text }
    }

    /// Its session and calendar, as programs and people read them.
    func write(into json: inout JSONWriter) {
        if let session {
            json.name("session")
            json.value(session)
        }
        if let calendar {
            json.name("calendar")
            json.value(calendar)
        }
        if isObserved { json.member("enforcement", "observe") }
        if isRollback { json.member("rollback", true) }
    }
}
