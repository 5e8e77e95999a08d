import Calendars
import Engine
import HTTPServer
import Identity
import JSON
import Promotions
import Time

/// When a Stage can be entered, as programs, spreadsheets and calendars read it.
enum ScheduleEndpoints {
    /// The most that is told at once.
    private static let longest = TimeSpan.days(366 * 41)
    /// What is told if nobody says how much.
    private static let usual = TimeSpan.days(14)

    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(
                .get, "/v1/projects/{project}/stages/{stage}/schedule", GateEndpoints.peekers, of: service,
                takesFeedKey: true
            ) { request, caller in
                // The stretches of years are too much work for a thread that serves connections.
                await Task.yield()
                try request.allowQuery("from", "to", "format", "key")
                let (project, stage) = try request.stage(for: caller)
                try await service.makeDecisionsCertain(of: project)
                let range = try range(request, service)
                let situation = service.decisions.mirror.value.situation(of: stage, in: project)
                let schedule = try schedule(of: situation, in: range)
                return try response(request, situation, schedule, at: service.clock.now())
            }
        ]
    }

    private static func schedule(of situation: Situation, in range: Range<Instant>) throws(Problem) -> Schedule {
        do throws(Situation.NoSchedule) {
            return try situation.schedule(in: range)
        } catch {
            switch error.code {
            case .calendarOutsideCoverage, .windowOutsideCoverage:
                throw Problem(.outsideCoverage, error.reason, field: "to")
            case .stageUnknown:
                throw Problem(.noSuchStage, "there is no Stage '\(situation.stage)' in '\(situation.project)'")
            case .policyMissing: throw Problem(.noSuchStage, error.reason)
            default: throw Problem(.zoneUntrusted, error.reason)
            }
        }
    }

    private static func range(_ request: Request, _ service: Service) throws(Problem) -> Range<Instant> {
        let from = try request.queryInstant("from") ?? service.clock.now()
        let to = try request.queryInstant("to") ?? from + usual
        guard from < to else { throw Problem(.badField, "'to' is not after 'from'", field: "to") }
        guard to - from <= longest else { throw Problem(.badField, "a schedule covers at most 41 years", field: "to") }
        return from..<to
    }

    private static func response(
        _ request: Request, _ situation: Situation, _ schedule: Schedule, at now: Instant
    ) throws(Problem) -> Response {
        let name = "\(situation.project)/\(situation.stage)"
        switch try format(request) {
        case "csv":
            return Response(contentType: "text/csv; charset=utf-8", body: Array(schedule.csv.utf8))
        case "ics":
            let text = schedule.iCalendar(name: name, identity: "\(situation.stage).\(situation.project)", stamp: now)
            return Response(contentType: "text/calendar; charset=utf-8", body: Array(text.utf8))
        default:
            return .json(capacity: 256 + schedule.stretches.count * 160) { json in
                json.member("project", situation.project)
                json.member("stage", situation.stage)
                json.member("intervals", schedule.stretches) { stretch, json in
                    json.member("start", stretch.start.text)
                    json.member("end", stretch.end?.text)
                    json.member("open", stretch.isOpen)
                    json.member("code", stretch.code)
                    json.member("reason", stretch.reason)
                }
            }
        }
    }

    /// What the query says, or else the header.
    private static func format(_ request: Request) throws(Problem) -> String {
        if let format = try request.queryValue("format") {
            guard ["json", "csv", "ics"].contains(format) else {
                throw Problem(.badField, "'format' is json, csv or ics", field: "format")
            }
            return format
        }
        let accepted = request.headers["accept"] ?? ""
        return accepted.contains("text/calendar") ? "ics" : accepted.contains("text/csv") ? "csv" : "json"
    }
}

extension Request {
    /// A parameter that is an instant.
    func queryInstant(_ name: String) throws(Problem) -> Instant? {
        guard let text = try queryValue(name) else { return nil }
        do throws(Instant.ParseError) {
            return try Instant(parsing: text)
        } catch {
            throw Problem(.badInstant, error.description, field: name, hint: error.hint)
        }
    }
}
