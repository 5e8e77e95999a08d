import Calendars
import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// When exchanges trade: calendars are listed, asked and loaded.
enum CalendarEndpoints {
    /// A document of many years is larger than other bodies.
    static let bodyLimit = 8 << 20

    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/calendars/{id}"
        return [
            Endpoint(
                .get, "/v1/calendars", GateEndpoints.peekers, of: service,
                fromMemory: { request, _ throws(Problem) in try list(request, service) }),
            Endpoint(.get, path, GateEndpoints.peekers, of: service) { request, _ in
                try await show(request, service)
            },
            Endpoint(.put, path, .oneOf(Roles([.admin])), of: service, bodyLimit: bodyLimit) { request, caller in
                try await CalendarLoading.load(request, caller, service)
            },
            Endpoint(
                .get, path + "/status", GateEndpoints.peekers, of: service,
                fromMemory: { request, _ throws(Problem) in try CalendarQuestions.status(request, service) }),
            // As many sessions as there may be are too much work for a thread that serves connections.
            Endpoint(.get, path + "/sessions", GateEndpoints.peekers, of: service) { request, _ in
                try await sessions(request, service)
            },
        ]
    }

    private static func sessions(_ request: Request, _ service: Service) async throws -> Response {
        await Task.yield()
        try await service.makeDecisionsCertain()
        return try CalendarQuestions.sessions(request, service)
    }

    private static func list(_ request: Request, _ service: Service) throws(Problem) -> Response {
        try request.allowQuery()
        let now = service.clock.now()
        let calendars = service.decisions.mirror.value.calendars.sorted { $0.key < $1.key }
        return .json(capacity: 2_048) { json in
            json.member("calendars", calendars) { named, json in
                named.value.write(into: &json, id: named.key, at: now)
            }
        }
    }

    private static func show(_ request: Request, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let id = request.pathParameter("id")
        let row = try await service.pool.withConnection { try CalendarStore.calendar(id, $0) }
        if let row, service.decisions.mirror.value.calendars[id]?.hash != row.hash {
            try await service.decisions.mirror.reload()
        }
        let calendar = try service.calendar(id)
        return answer(id, calendar, document: calendar.isBuiltIn ? nil : row?.document, at: service.clock.now())
    }

    /// A calendar with its document, if it has one.
    private static func answer(
        _ id: String, _ calendar: Snapshot.Calendar, document: String?, at now: Instant
    ) -> Response {
        let bytes = body(id, calendar, document: document, at: now)
        var response = Response(contentType: "application/json", body: bytes)
        response.headers.append(Header("Cache-Control", "no-store"))
        if !calendar.hash.isEmpty { response.headers.append(Header("ETag", Precondition.tag(calendar.hash))) }
        return response
    }

    static func body(_ id: String, _ calendar: Snapshot.Calendar, document: String?, at now: Instant) -> [UInt8] {
        JSONWriter.object(capacity: 1_024 + (document?.utf8.count ?? 0)) { json in
            calendar.write(into: &json, id: id, at: now)
            if let document, let value = try? JSONValue(parsing: Array(document.utf8), limits: CalendarDocument.limits)
            {
                json.name("document")
                json.value(value)
            }
        }
    }
}

extension Service {
    /// The calendar of that name.
    func calendar(_ id: String) throws(Problem) -> Snapshot.Calendar {
        guard let calendar = decisions.mirror.value.calendars[id] else { throw .noCalendar(id) }
        return calendar
    }
}

extension Snapshot.Calendar {
    /// The calendar, if its zone can be trusted.
    var ready: ExchangeCalendar {
        get throws(Problem) {
            switch source {
            case .ready(let calendar): return calendar
            case .untrusted(let reason): throw Problem(.zoneUntrusted, reason)
            case .missing: throw Problem(.noSuchCalendar, "there is no such calendar")
            }
        }
    }

    /// What there is to know of it beside its sessions.
    func write(into json: inout JSONWriter, id: String, at now: Instant) {
        json.member("id", id)
        json.member("builtIn", isBuiltIn)
        json.member("timeZone", timeZone)
        json.member("revision", revision)
        if let loaded {
            json.member("loadedAt", loaded.at.text)
            json.member("loadedBy", loaded.by)
        }
        switch source {
        case .ready(let calendar):
            json.member("version", calendar.version)
            json.member("from", calendar.dates.lowerBound.text)
            json.member("to", calendar.dates.upperBound.text)
            json.member("publishedThrough", (calendar.publishedThrough ?? calendar.dates.upperBound).text)
            json.member("horizonDays", calendar.horizonDays(at: now))
        case .untrusted(let reason): json.member("unknown", reason)
        case .missing: break
        }
        json.member("adjustments", Int64(adjustmentCount))
        json.member("conflicts", conflicts) { conflict, json in
            json.member("adjustment", conflict.adjustment.id)
            json.member("message", conflict.message)
        }
    }
}

extension Problem {
    /// There is no calendar of that name.
    static func noCalendar(_ id: String) -> Problem {
        Problem(.noSuchCalendar, "there is no calendar '\(id.prefix(64))'", hint: "GET /v1/calendars lists them")
    }
}

extension Caller {
    /// Refuses a token that reaches some projects only: calendars are everybody's.
    func checkReachesCalendars() throws(Problem) {
        guard grant.projects == nil else {
            throw Problem(
                .outOfReach, "the token '\(token.name)' reaches some projects only; calendars concern all of them")
        }
    }
}
