import Engine
import HTTPServer
import JSON
import Ledger
import Postgres
import Store
import Time

/// Writes down what one request does: who did it, when, and by which request stands in each of its events.
struct EventWriter: Sendable {
    let caller: Caller
    let now: Instant
    private let requestID: String
    let isDrill: Bool
    private let snapshot: Snapshot

    init(_ request: Request, by caller: Caller, at now: Instant, _ service: Service) {
        self.caller = caller
        self.now = now
        requestID = request.id
        isDrill = service.clock.isDrill
        snapshot = service.decisions.mirror.value
    }

    /// What writes down what becomes of a Stage's promotions by this request.
    func promotions(into stage: String, of project: String, _ snapshot: Snapshot) -> PromotionWriter {
        PromotionWriter(
            project: project, stage: stage, snapshot: snapshot, now: now, isDrill: isDrill, actor: caller.actor,
            requestID: requestID)
    }

    /// An event of this request.
    func event(
        _ code: EventCode, project: String? = nil, stage: String? = nil, freight: String? = nil,
        promotion: String? = nil, reason: String? = nil, details: [JSONValue.Member] = []
    ) -> AuditEvent {
        AuditEvent(
            code, at: now, actor: caller.actor, project: project, stage: stage, freight: freight, promotion: promotion,
            reason: reason, details: details, requestID: requestID, isDrill: isDrill
        ).during(session(of: stage, in: project))
    }

    /// Writes an event, in the transaction of what it records.
    func append(
        _ code: EventCode, project: String? = nil, stage: String? = nil, freight: String? = nil,
        promotion: String? = nil, reason: String? = nil, details: [JSONValue.Member] = [],
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        let event = event(
            code, project: project, stage: stage, freight: freight, promotion: promotion, reason: reason,
            details: details)
        try AuditStore.append(event, connection)
    }

    /// What the exchange does now: that of a Stage's gates, or the usual one.
    func session(of stage: String? = nil, in project: String? = nil) -> AuditEvent.Session? {
        snapshot.session(at: now, project: project, stage: stage)
    }
}
