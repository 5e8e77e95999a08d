import Calendars
import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Store
import Time

/// What exchanges announce between two issues of their calendars: asked for, approved, withdrawn.
enum AdjustmentEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/calendars/{id}/adjustments"
        return [
            Endpoint(.get, path, GateEndpoints.peekers, of: service) { request, _ in try await list(request, service) },
            Endpoint(.post, path, .oneOf(Roles([.operator, .admin])), of: service) { request, caller in
                let body = try AdjustmentBody(request)
                let adjustment = body.adjustment(try TokenSecret.newTokenID())
                return try await change(request, caller, service) { try $0.ask(for: adjustment, $1) }
            },
            Endpoint(.post, path + "/{adjustment}/approve", .oneOf(Roles([.approver])), of: service) {
                request, caller in
                let note = try request.fields(
                    "note", read: { fields throws(JSONFieldError) in try fields.string("note", maximum: 2_000) })
                return try await change(request, caller, service) {
                    try $0.approve(request.pathParameter("adjustment"), note: note, $1)
                }
            },
            Endpoint(
                .post, path + "/{adjustment}/withdraw", .oneOf(Roles([.operator, .approver, .admin])), of: service
            ) { request, caller in
                let reason = try request.fields(
                    "reason",
                    read: { fields throws(JSONFieldError) in try fields.requiredString("reason", maximum: 2_000) })
                return try await change(request, caller, service) {
                    try $0.withdraw(request.pathParameter("adjustment"), because: reason, $1)
                }
            },
        ]
    }

    private static func list(_ request: Request, _ service: Service) async throws -> Response {
        try request.allowQuery("limit", "cursor")
        let page = try Page(request)
        let id = request.pathParameter("id")
        let isBuiltIn = service.decisions.isBuiltIn(calendar: id)
        let rows = try await service.pool.withConnection { connection in
            if !isBuiltIn, try CalendarStore.calendar(id, connection) == nil { throw Problem.noCalendar(id) }
            return try AdjustmentStore.page(of: id, after: page.cursor, limit: page.limit + 1, connection)
        }
        return page.response("adjustments", rows, path: request.path, cursor: \.id) { $0.write(into: &$1) }
    }

    /// Makes a change to what decides, and lets this server know of it before it answers.
    private static func change(
        _ request: Request, _ caller: Caller, _ service: Service,
        _ change: @escaping @Sendable (AdjustmentChange, borrowing Connection) throws -> Written
    ) async throws -> Response {
        try request.allowQuery()
        try caller.checkReachesCalendars()
        let response = try await service.write(request, by: caller) { connection, _ in
            // Acts wait from here on: what they were decided by is about to change.
            try EpochStore.beginChange(of: .everything, connection)
            return try change(
                AdjustmentChange(request: request, caller: caller, service: service), connection)
        }
        await service.decisions.mirror.refresh()
        return response
    }
}

extension AdjustmentStore.Row {
    func write(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("calendar", calendar)
        json.member("date", date)
        json.member("kind", kind)
        json.member("at", at)
        json.member("until", until)
        json.member("reason", reason)
        json.member("source", source)
        json.member("state", state.rawValue)
        json.member("requestedBy", requestedBy.name)
        json.member("requestedAt", requestedAt.text)
        json.member("approvalsRequired", Int64(approvals))
        json.member("approvals", approvedBy)
        json.member("effectiveAt", effectiveAt?.text)
        json.member("withdrawnAt", withdrawnAt?.text)
        json.member("withdrawnWhy", withdrawnWhy)
    }
}
