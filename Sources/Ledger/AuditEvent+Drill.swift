import JSON
public import Time

extension AuditEvent {
    /// A drill begins, or goes on at this simulated instant.
    public static func drillStarted(at simulated: Instant, rate: Double) -> AuditEvent {
        AuditEvent(
            .drillStarted, at: simulated, actor: .system, details: [.init("rate", .number(String(rate)))], isDrill: true
        )
    }
}
