import Calendars
import Promotions
public import Time
import TimeZones

extension Decisions {
    /// How many days before a calendar's end somebody is told.
    private static let notice: [Int64] = [30, 90, 365]

    /// What of the calendars and their zones somebody should know of, in the order of their names.
    public func findings(at now: Instant) -> [Readiness.Finding] {
        let calendars = mirror.value.calendars.sorted { $0.key < $1.key }
        return zones.findings.map { .init(code: "zone.untrusted", detail: $0.reason) }
            + calendars.compactMap { id, calendar in horizon(of: id, calendar, now) }
            + calendars.flatMap { id, calendar in
                calendar.conflicts.map { conflict in
                    .init(
                        code: "adjustment.conflict",
                        detail: "\(id): the adjustment \(conflict.adjustment.id) changes nothing: \(conflict.message)")
                }
            }
    }

    private func horizon(of id: String, _ calendar: Snapshot.Calendar, _ now: Instant) -> Readiness.Finding? {
        guard case .ready(let source) = calendar.source else { return nil }
        let left = source.horizonDays(at: now)
        guard let notice = Self.notice.first(where: { left < $0 }) else { return nil }
        let end = "nothing is known after \(source.dates.upperBound.text)"
        return .init(
            code: "calendar.horizon",
            detail: left < 0 ? "\(id): \(end), which has passed" : "\(id): \(end), in less than \(notice) days")
    }
}
