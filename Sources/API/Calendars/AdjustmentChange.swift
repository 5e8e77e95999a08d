import Calendars
import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Store
import Time

/// A change of a calendar's adjustments, made in a transaction that holds off every act.
struct AdjustmentChange: Sendable {
    let request: Request
    let caller: Caller
    let service: Service

    private var calendarID: String { request.pathParameter("id") }

    /// Asks for an adjustment. What closes gates counts at once, what opens them once enough others agree.
    func ask(for adjustment: Adjustment, _ connection: borrowing Connection) throws -> Written {
        let calendar = try calendar(connection)
        do throws(CalendarError) {
            try calendar.check(adjustment)
        } catch {
            throw Problem(.badField, error.message, field: error.field, hint: error.hint)
        }
        // Read after the lock, as what counts from now on must not have passed.
        let now = service.clock.now()
        try checkIsInTime(adjustment, calendar, now)
        let approvals = adjustment.opens ? service.calendarApprovals : 0
        try AdjustmentStore.add(
            .init(
                id: adjustment.id, calendar: calendarID, date: adjustment.date.text, kind: adjustment.kind.rawValue,
                at: adjustment.time?.text, until: adjustment.until?.text, reason: adjustment.reason,
                source: adjustment.source, approvals: approvals),
            by: caller.token, at: now, connection)
        let asked = try row(adjustment.id, connection)
        try append(.adjustmentRequested, asked, reason: asked.reason, now, connection)
        if approvals == 0 { try takeEffect(asked, now, connection) }
        return try written(
            adjustment.id, status: 201, location: "/v1/calendars/\(calendarID)/adjustments", connection)
    }

    /// Agrees to one that waits; it counts once enough have.
    func approve(_ id: String, note: String?, _ connection: borrowing Connection) throws -> Written {
        let before = try row(id, connection)
        guard before.state != .withdrawn else {
            throw Problem(.adjustmentWithdrawn, "the adjustment '\(id)' was withdrawn")
        }
        guard before.state == .pending, !before.approvedBy.contains(caller.subject.name) else {
            return try written(id, connection)
        }
        let now = service.clock.now()
        try consent(to: id, now, connection)
        let approved = try row(id, connection)
        try append(.adjustmentApproved, approved, reason: note, now, connection)
        if approved.approvedBy.count >= approved.approvals { try complete(approved, now, connection) }
        return try written(id, connection)
    }

    private func consent(to id: String, _ now: Instant, _ connection: borrowing Connection) throws {
        do {
            try AdjustmentStore.approve(id, by: caller.token, at: now, connection)
        } catch {
            throw Problem.ownWord(error) ?? error
        }
    }

    /// Its calendar may have changed since somebody asked.
    private func complete(_ row: AdjustmentStore.Row, _ now: Instant, _ connection: borrowing Connection) throws {
        guard let adjustment = row.adjustment else { throw PostgresError.unexpected("an adjustment cannot be read") }
        let calendar = try calendar(connection)
        do throws(CalendarError) {
            try calendar.check(adjustment)
        } catch {
            throw Problem(.adjustmentConflict, error.message, hint: "withdraw it, and ask for another one")
        }
        try checkIsInTime(adjustment, calendar, now)
        try takeEffect(row, now, connection)
    }

    /// Lets one count no more. Where that opens gates it needs who may open them.
    func withdraw(_ id: String, because reason: String, _ connection: borrowing Connection) throws -> Written {
        let before = try row(id, connection)
        guard before.state != .withdrawn else {
            throw Problem(.adjustmentWithdrawn, "the adjustment '\(id)' was withdrawn before")
        }
        let opens = before.state == .effective && before.adjustment?.opens != true
        guard !opens || caller.grant.roles.contains(Roles([.approver])) else {
            throw Problem(
                .forbidden, "without this adjustment gates open that are closed: an approver withdraws it",
                hint: "one of: approver")
        }
        let now = service.clock.now()
        guard try AdjustmentStore.withdraw(id, by: caller.subject, reason: reason, at: now, connection) else {
            throw PostgresError.unexpected("an adjustment that counts cannot be withdrawn")
        }
        try append(.adjustmentWithdrawn, before, reason: reason, now, connection)
        return try written(id, connection)
    }

    private func takeEffect(_ row: AdjustmentStore.Row, _ now: Instant, _ connection: borrowing Connection) throws {
        try AdjustmentStore.takeEffect(row.id, at: now, connection)
        try append(.adjustmentEffective, row, reason: nil, now, connection)
    }

    /// What opens gates never does so for an instant that has passed.
    private func checkIsInTime(
        _ adjustment: Adjustment, _ calendar: ExchangeCalendar, _ now: Instant
    ) throws(Problem) {
        let left = calendar.limiting(adjustment, to: now)
        guard let left, (try? calendar.check(left)) != nil else {
            throw Problem(
                .adjustmentTooLate, "the session of \(adjustment.date.text) has passed, or has begun as it was",
                field: "date")
        }
    }

    private func calendar(_ connection: borrowing Connection) throws -> ExchangeCalendar {
        guard let calendar = try service.decisions.calendar(calendarID, connection) else {
            throw Problem.noCalendar(calendarID)
        }
        return try calendar.ready
    }

    private func row(_ id: String, _ connection: borrowing Connection) throws -> AdjustmentStore.Row {
        guard let row = try AdjustmentStore.adjustment(id, of: calendarID, connection) else {
            throw Problem(
                .noSuchAdjustment, "'\(calendarID.prefix(64))' has no adjustment '\(id.prefix(64))'",
                hint: "GET /v1/calendars/{id}/adjustments lists them")
        }
        return row
    }

    private func written(
        _ id: String, status: Int = 200, location: String? = nil, _ connection: borrowing Connection
    ) throws -> Written {
        let row = try row(id, connection)
        let body = JSONWriter.object { json in row.write(into: &json) }
        return Written(status: status, location: location, body: body)
    }

    private func append(
        _ code: EventCode, _ row: AdjustmentStore.Row, reason: String?, _ now: Instant,
        _ connection: borrowing Connection
    ) throws {
        var details: [JSONValue.Member] = [
            .init("adjustment", .string(row.id)), .init("calendar", .string(row.calendar)),
            .init("date", .string(row.date)), .init("kind", .string(row.kind)),
        ]
        if let at = row.at { details.append(.init("at", .string(at))) }
        if let until = row.until { details.append(.init("until", .string(until))) }
        details.append(.init("source", .string(row.source)))
        details.append(.init("approvals", .array(row.approvedBy.map { .string($0) })))
        try EventWriter(request, by: caller, at: now, service).append(
            code, reason: reason, details: details, connection)
    }
}
