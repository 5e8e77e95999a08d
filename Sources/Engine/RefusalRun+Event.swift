import JSON
public import Ledger
public import Store
public import Time

extension RefusalStore.Run {
    /// What the log is told at the run's end.
    public func ending(at now: Instant, actor: AuditEvent.Actor, isDrill: Bool) -> AuditEvent {
        AuditEvent(
            .decisionRefusalsEnded, at: now, actor: actor, project: key.project, stage: key.stage,
            freight: key.freight, promotion: promotion,
            details: [
                .init("code", .string(code)), .init("asker", .string(self.actor)), .init("count", .integer(count)),
                .init("first", .integer(event)), .init("from", .string(firstAt.text)),
                .init("to", .string(lastAt.text)),
            ], isDrill: isDrill)
    }
}
