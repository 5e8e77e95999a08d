import Calendars
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time

/// Makes events of what nobody does, but time: each once, whatever server comes first.
struct Reminders: Sendable {
    /// How long before its end people are told of a token.
    static let tokenNotice = TimeSpan.days(14)
    /// How many days before its end people are told of a calendar, and of what of it is published.
    static let horizons: [Int64] = [30, 90, 365]
    /// Of a freeze that has been over for longer nobody is told.
    static let freezeMemory = TimeSpan.days(1)

    let decisions: Decisions

    /// Calls to mind what is due.
    func remind() async throws {
        guard !decisions.clock.isSkewed else { return }
        let (now, isDrill) = (decisions.clock.now(), decisions.clock.isDrill)
        let ends = calendarEnds(at: now)
        try await decisions.pool.transaction { connection in
            for (about, event) in try Self.reviews(at: now, isDrill, connection)
                + Self.tokens(at: now, isDrill, connection) + Self.freezes(at: now, isDrill, connection)
                + ends.map({ ($0.about, $0.event(at: now, isDrill: isDrill)) })
            where try ReminderStore.isFirst(event.code.rawValue, about: about, connection) {
                try AuditStore.append(event, connection)
            }
        }
    }

    private static func reviews(
        at now: Instant, _ isDrill: Bool, _ connection: borrowing Connection
    ) throws -> [(String, AuditEvent)] {
        try ReminderStore.reviewsDue(at: now, code: EventCode.overrideReviewDue.rawValue, connection).map { review in
            let details: [JSONValue.Member] = [
                .init("override", .string(review.override)), .init("requestedBy", .string(review.requestedBy)),
                .init("due", .string(review.due.text)),
            ]
            let event = AuditEvent(
                .overrideReviewDue, at: now, actor: .system, project: review.project, stage: review.stage,
                freight: review.freight, promotion: review.promotion, details: details, isDrill: isDrill)
            return (review.override, event)
        }
    }

    private static func tokens(
        at now: Instant, _ isDrill: Bool, _ connection: borrowing Connection
    ) throws -> [(String, AuditEvent)] {
        try ReminderStore.tokensEnding(
            after: now, until: now + tokenNotice, code: EventCode.tokenExpiresSoon.rawValue, connection
        ).map { token in
            let details: [JSONValue.Member] = [
                .init("token", .string(token.id)), .init("name", .string(token.name)),
                .init("subject", .string(token.subject)), .init("expiresAt", .string(token.expiresAt.text)),
            ]
            return (
                token.id, AuditEvent(.tokenExpiresSoon, at: now, actor: .system, details: details, isDrill: isDrill)
            )
        }
    }

    private static func freezes(
        at now: Instant, _ isDrill: Bool, _ connection: borrowing Connection
    ) throws -> [(String, AuditEvent)] {
        try ReminderStore.freezesOver(
            after: now + TimeSpan(microseconds: -freezeMemory.microseconds), until: now,
            code: EventCode.freezeExpired.rawValue, connection
        ).map { freeze in
            let details: [JSONValue.Member] = [
                .init("freeze", .string(freeze.id)), .init("startedBy", .string(freeze.startedBy)),
                .init("until", .string(freeze.until.text)),
            ]
            let event = AuditEvent(
                .freezeExpired, at: now, actor: .system, project: freeze.project, stage: freeze.stage,
                reason: freeze.reason, details: details, isDrill: isDrill)
            return (freeze.id, event)
        }
    }

    private func calendarEnds(at now: Instant) -> [CalendarEnd] {
        decisions.mirror.value.calendars.sorted { $0.key < $1.key }.flatMap { id, calendar -> [CalendarEnd] in
            guard case .ready(let source) = calendar.source else { return [] }
            let end = CalendarEnd(id, end: source.dates.upperBound.text, daysLeft: source.horizonDays(at: now))
            let published = source.publishedThrough.flatMap { date in
                source.publishedDays(at: now).flatMap { CalendarEnd(id, publishedThrough: date.text, daysLeft: $0) }
            }
            return [end, published].compactMap(\.self)
        }
    }
}

/// A calendar that ends before long, or of which what is published does.
struct CalendarEnd: Equatable, Sendable {
    /// The calendar's name.
    let calendar: String
    /// The last date that it covers.
    let end: String
    /// How many days are left.
    let days: Int64
    /// The latest horizon that was reached; nothing once the end has passed.
    let horizon: Int64?
    /// Whether it goes on from there, by what it projects.
    let isProjectedBeyond: Bool

    /// Nothing where the end is far, or has passed.
    init?(_ calendar: String, end: String, daysLeft: Int64) {
        guard daysLeft >= 0, let horizon = Reminders.horizons.first(where: { daysLeft <= $0 }) else { return nil }
        self.calendar = calendar
        self.end = end
        days = daysLeft
        self.horizon = horizon
        isProjectedBeyond = false
    }

    /// Nothing where the end is far; that it has passed is told as well, since the calendar goes on.
    init?(_ calendar: String, publishedThrough end: String, daysLeft: Int64) {
        let horizon = Reminders.horizons.first { daysLeft <= $0 }
        guard let horizon else { return nil }
        self.calendar = calendar
        self.end = end
        days = daysLeft
        self.horizon = daysLeft < 0 ? nil : horizon
        isProjectedBeyond = true
    }

    /// A newer calendar ends later, and is called to mind again.
    var about: String {
        "\(calendar)/\(end)/\(horizon.map { String($0) } ?? "over")" + (isProjectedBeyond ? "/published" : "")
    }

    func event(at now: Instant, isDrill: Bool) -> AuditEvent {
        AuditEvent(
            .calendarHorizon, at: now, actor: .system,
            details: [
                .init("calendar", .string(calendar)), .init("end", .string(end)), .init("days", .integer(days)),
            ] + (isProjectedBeyond ? [.init("confidence", .string("projected"))] : []), isDrill: isDrill)
    }
}
