import Calendars
import Crypto
import HTTPServer
import Time

/// What `PUT /v1/calendars/{id}` brings: JSON that says everything, or a table and in the query what that cannot say.
struct CalendarFile: Sendable {
    let document: CalendarDocument
    /// Its JSON, however it was brought.
    let json: [UInt8]
    let hash: [UInt8]
    let reason: String?

    init(_ request: Request) throws(Problem) {
        let ofTable = ["version", "timeZone", "from", "to", "publishedThrough"]
        let type = request.headers["content-type"]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        switch type {
        case "application/json":
            try request.allowQuery("reason")
            document = try Self.read { () throws(CalendarError) in try CalendarDocument(json: request.body) }
        case "text/csv":
            try request.allowQuery(in: ["reason"] + ofTable)
            let (version, zone) = (try request.needed("version"), try request.needed("timeZone"))
            let (from, to) = (try request.queryDate("from"), try request.queryDate("to"))
            let published =
                try request.queryValue("publishedThrough") == nil ? nil : request.queryDate("publishedThrough")
            document = try Self.read { () throws(CalendarError) in
                try CalendarDocument(
                    csv: request.body, version: version, timeZone: zone, from: from, to: to,
                    publishedThrough: published)
            }
        default:
            throw Problem(
                .badMediaType,
                type.map { "the body is said to be '\($0.prefix(64))'" } ?? "the body has no Content-Type",
                field: "Content-Type", hint: "send application/json or text/csv")
        }
        json = document.json
        guard json.count <= CalendarEndpoints.bodyLimit else {
            throw Problem(.tooLarge, "the calendar has \(json.count) bytes as JSON")
        }
        hash = SHA256.hash(json)
        reason = try request.queryValue("reason")
        guard reason.map({ (1...2_000).contains($0.utf8.count) }) ?? true else {
            throw Problem(.badField, "'reason' has 1 to 2000 bytes", field: "reason")
        }
    }

    /// The calendar, if the zone is known and its hours are possible there.
    func calendar(_ id: String, _ service: Service) throws(Problem) -> ExchangeCalendar {
        let zone = try service.zone(document.timeZone, field: "timeZone")
        return try Self.read { () throws(CalendarError) in try document.calendar(id: id, zone: zone) }
    }

    private static func read<Value>(_ body: () throws(CalendarError) -> Value) throws(Problem) -> Value {
        do throws(CalendarError) {
            return try body()
        } catch {
            throw Problem(.badField, error.description, field: error.field, hint: error.hint)
        }
    }
}

extension Request {
    /// A parameter that must be there.
    fileprivate func needed(_ name: String) throws(Problem) -> String {
        guard let text = try queryValue(name), (1...200).contains(text.utf8.count) else {
            throw Problem(.badField, "a table needs '\(name)' in the query, of 1 to 200 bytes", field: name)
        }
        return text
    }
}
