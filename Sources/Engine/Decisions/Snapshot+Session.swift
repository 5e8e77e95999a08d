import Calendars
public import Ledger
import Promotions
public import Time

extension Snapshot {
    /// The calendar that is told of where a Stage has none of its own.
    private static let usual = "XNYS"

    /// What the exchange does at an instant, for the log: that of the Stage's gates, or else New York's.
    public func session(at instant: Instant, project: String? = nil, stage: String? = nil) -> AuditEvent.Session? {
        let situation = project.flatMap { projects[$0] }.flatMap { found in stage.flatMap { found.stages[$0] } }
        guard let calendar = situation?.plan?.calendar ?? usualCalendar, let status = calendar.status(at: instant)
        else {
            return nil
        }
        return AuditEvent.Session(
            calendar: calendar.id, session: status.session.rawValue, date: status.date.text)
    }

    private var usualCalendar: ExchangeCalendar? {
        if case .ready(let calendar)? = calendars[Self.usual]?.source { calendar } else { nil }
    }
}
