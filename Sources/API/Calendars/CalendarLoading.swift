import Calendars
import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Promotions
import Store
import Time
import TimeZones

/// Puts another issue of a calendar in the place of the one there is.
enum CalendarLoading {
    static func load(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try caller.checkReachesCalendars()
        let id = try name(request, service)
        let file = try CalendarFile(request)
        let calendar = try file.calendar(id, service)
        let precondition = Precondition(request)
        var response = try await service.write(request, by: caller) { connection, _ in
            // Acts wait from here on: what they were decided by is about to change.
            try EpochStore.beginChange(of: .everything, connection)
            let now = service.clock.now()
            let row = try CalendarStore.calendar(id, connection)
            try precondition.check(row?.hash)
            let isNew = row?.hash != file.hash
            if isNew {
                let details = try details(of: file, calendar, row, caller, service, now, connection)
                try CalendarStore.add(
                    id, version: (row?.version ?? 0) + 1, document: String(decoding: file.json, as: UTF8.self),
                    hash: file.hash, reason: file.reason, by: caller.subject, at: now, connection)
                try EventWriter(request, by: caller, at: now, service).append(
                    .calendarLoaded, reason: file.reason, details: details, connection)
            }
            guard let loaded = try service.decisions.calendar(id, connection) else {
                throw PostgresError.unexpected("a new calendar is not there")
            }
            return Written(
                status: row == nil ? 201 : 200, location: row == nil ? "/v1/calendars/\(id)" : nil,
                body: CalendarEndpoints.body(id, loaded, document: nil, at: now))
        }
        await service.decisions.mirror.refresh()
        response.headers.append(Header("ETag", Precondition.tag(file.hash)))
        return response
    }

    private static func name(_ request: Request, _ service: Service) throws(Problem) -> String {
        let id = request.pathParameter("id")
        guard !service.decisions.isBuiltIn(calendar: id) else {
            throw Problem(
                .builtInCalendar, "'\(id)' is part of the program and cannot be replaced",
                hint: "adjust it, or load another one under a name of its own")
        }
        guard id.wholeMatch(of: /[A-Z0-9][A-Z0-9._-]{0,62}/) != nil else {
            throw Problem(
                .badField, "'\(id.prefix(64))' is no name for a calendar", field: "id",
                hint: "1 to 63 of A-Z, 0-9, '.', '_' and '-', such as XLON")
        }
        return id
    }

    private static func details(
        of file: CalendarFile, _ calendar: ExchangeCalendar, _ row: CalendarStore.Row?, _ caller: Caller,
        _ service: Service, _ now: Instant, _ connection: borrowing Connection
    ) throws -> [JSONValue.Member] {
        var details: [JSONValue.Member] = [
            .init("calendar", .string(calendar.id)), .init("version", .string(calendar.version)),
            .init("revision", .integer((row?.version ?? 0) + 1)),
            .init("hash", .string(Precondition.tag(file.hash).filter { $0 != "\"" })),
            .init("from", .string(calendar.dates.lowerBound.text)),
            .init("to", .string(calendar.dates.upperBound.text)),
        ]
        // Where trading goes away, gates open that were closed.
        let known = service.decisions.mirror.value.calendars[calendar.id]
        let previous = known?.hash == row?.hash ? known : try service.decisions.calendar(calendar.id, connection)
        if case .ready(let before)? = previous?.source {
            let lost = before.sessionsLost(in: calendar, after: now)
            details.append(.init("sessionsRemoved", .integer(Int64(lost))))
            if lost > 0 || before.zone.id != calendar.zone.id {
                guard caller.grant.roles.contains(Roles([.approver])) else {
                    throw Problem(
                        .forbidden,
                        "this version opens gates: it takes \(lost) sessions away that are to come, or sets other clocks",
                        hint: "somebody who is an approver, too, may load it")
                }
            }
        }
        return details
    }
}
