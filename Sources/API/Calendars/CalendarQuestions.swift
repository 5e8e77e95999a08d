import Calendars
import Engine
import HTTPServer
import JSON
import Time
import TimeZones

/// What is asked of one calendar.
enum CalendarQuestions {
    private static let longest = 50 * 366

    /// What the market does at an instant.
    static func status(_ request: Request, _ service: Service) throws(Problem) -> Response {
        try request.allowQuery(in: AskedInstant.names)
        let calendar = try service.calendar(request.pathParameter("id")).ready
        let asked = try AskedInstant(request, service)
        guard let status = calendar.status(at: asked.instant) else {
            let covered = "the calendar covers \(calendar.dates.lowerBound.text) to \(calendar.dates.upperBound.text)"
            guard asked.isExplicit else {
                throw Problem(
                    .calendarUnknown, "it is unknown whether \(calendar.id) is open now: \(covered)",
                    hint: "load a newer calendar")
            }
            throw Problem(.outsideCoverage, "\(asked.instant.text) is not known: \(covered)", field: "at")
        }
        let tzdata = service.decisions.mirror.value.tzdata
        var response = Response.json { json in
            write(status, of: calendar, at: asked.instant, tzdata: tzdata, into: &json)
        }
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    private static func write(
        _ status: CalendarStatus, of calendar: ExchangeCalendar, at instant: Instant, tzdata: String,
        into json: inout JSONWriter
    ) {
        json.member("calendar", calendar.id)
        json.member("version", calendar.version)
        json.member("confidence", status.confidence.rawValue)
        json.time("at", "atLocal", instant, calendar.zone)
        json.member("timeZone", calendar.zone.id)
        json.member("tzdata", tzdata)
        json.member("open", status.isOpen)
        json.member("session", status.session.rawValue)
        json.member("date", status.date.text)
        json.member("earlyClose", status.isEarlyClose)
        if calendar.session(on: status.date)?.isLateOpen == true { json.member("lateOpen", true) }
        if let next = status.nextTransition {
            json.name("nextTransition")
            json.beginObject()
            json.time("at", "atLocal", next.at, calendar.zone)
            json.member("to", next.toOpen ? "open" : "closed")
            json.endObject()
        }
        json.member("adjustments", calendar.adjustments.map(\.id))
    }

    /// The core sessions of some dates, both ends included.
    static func sessions(_ request: Request, _ service: Service) throws(Problem) -> Response {
        try request.allowQuery("from", "to", "format")
        let isCSV = try wantsCSV(request)
        let calendar = try service.calendar(request.pathParameter("id")).ready
        let (from, to) = (try request.queryDate("from"), try request.queryDate("to"))
        guard from <= to else { throw Problem(.badField, "'to' comes before 'from'", field: "to") }
        guard to.daysSinceEpoch - from.daysSinceEpoch <= longest else {
            throw Problem(.badField, "at most 50 years are told at once", field: "to")
        }
        guard calendar.dates.contains(from), calendar.dates.contains(to) else {
            throw Problem(
                .outsideCoverage,
                "the calendar covers \(calendar.dates.lowerBound.text) to \(calendar.dates.upperBound.text)",
                field: calendar.dates.contains(from) ? "to" : "from")
        }
        let sessions = calendar.sessions(from: from, through: to)
        guard isCSV else { return json(sessions, of: calendar) }
        guard let text = SessionsCSV.text(sessions) else {
            throw Problem(
                .badField, "a session has several breaks, for which the table has no room", field: "format",
                hint: "ask for JSON")
        }
        return Response(contentType: "text/csv; charset=utf-8", body: Array(text.utf8))
    }

    private static func json(_ sessions: ArraySlice<TradingSession>, of calendar: ExchangeCalendar) -> Response {
        .json(capacity: 256 + sessions.count * 112) { json in
            json.member("calendar", calendar.id)
            json.member("version", calendar.version)
            json.member("publishedThrough", (calendar.publishedThrough ?? calendar.dates.upperBound).text)
            json.member("sessions", Array(sessions)) { session, json in
                json.member("date", session.date.text)
                json.member("open", session.open.text)
                json.member("close", session.close.text)
                if !session.breaks.isEmpty {
                    json.member("breaks", session.breaks) { pause, json in
                        json.member("start", pause.lowerBound.text)
                        json.member("end", pause.upperBound.text)
                    }
                }
                if session.isEarlyClose { json.member("earlyClose", true) }
                if session.isLateOpen { json.member("lateOpen", true) }
            }
        }
    }

    private static func wantsCSV(_ request: Request) throws(Problem) -> Bool {
        switch try request.queryValue("format") {
        case "csv": return true
        case "json": return false
        case nil: return request.headers["accept"]?.split(separator: ",").first?.hasPrefix("text/csv") == true
        default: throw Problem(.badField, "'format' is 'json' or 'csv'", field: "format")
        }
    }
}

extension Request {
    /// A parameter that must be a date.
    func queryDate(_ name: String) throws(Problem) -> CivilDate {
        guard let text = try queryValue(name) else {
            throw Problem(.badField, "'\(name)' is missing", field: name, hint: "write YYYY-MM-DD")
        }
        guard let date = CivilDate(parsing: text) else {
            throw Problem(.badField, "'\(text.prefix(32))' is no date", field: name, hint: "write YYYY-MM-DD")
        }
        return date
    }
}
