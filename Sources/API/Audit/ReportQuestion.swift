import HTTPServer
import Promotions
import Store
import Time

/// Which changes a report is about.
struct ReportQuestion: Sendable {
    let from: Instant
    let to: Instant
    let session: String?
    let search: AuditSearch

    /// The report, as JSON or as a table.
    static func answer(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("quarter", "from", "to", "project", "stage", "session", "format")
        let question = try ReportQuestion(request, caller)
        let isCSV: Bool
        switch try request.queryValue("format") {
        case nil, "json": isCSV = false
        case "csv": isCSV = true
        default: throw Problem(.badField, "'format' is json or csv", field: "format")
        }
        _ = try await AskedEvents.known(question.search, to: caller, service)
        return ChangeReport(question: question, isCSV: isCSV, service: service).response
    }

    private init(_ request: Request, _ caller: Caller) throws(Problem) {
        let (from, to) = (try request.queryInstant("from"), try request.queryInstant("to"))
        if let quarter = try request.queryValue("quarter") {
            guard from == nil, to == nil else {
                throw Problem(.badField, "'quarter' and 'from' exclude each other", field: "quarter")
            }
            (self.from, self.to) = try Self.ends(of: quarter)
        } else {
            guard let from, let to, from < to else {
                throw Problem(
                    .badField, "a report is about 'quarter', or from 'from' to before 'to'",
                    field: from == nil ? "from" : "to", hint: "quarter=2026Q4")
            }
            (self.from, self.to) = (from, to)
        }
        session = try request.queryValue("session")
        var search = try AuditQuestion.search(request, caller)
        search.code = .exactly("promotion.started")
        (search.from, search.to, search.isAscending) = (self.from, self.to, true)
        self.search = search
    }

    /// A quarter of a year begins and ends at midnight UTC.
    private static func ends(of text: String) throws(Problem) -> (Instant, Instant) {
        let parts = text.split(separator: "Q", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, let year = Int(parts[0]), let quarter = Int(parts[1]),
            (1...4).contains(quarter), year > 0, year < 9999
        else { throw Problem(.badField, "a quarter is written like 2026Q4", field: "quarter") }
        func begin(_ year: Int, _ quarter: Int) throws(Problem) -> Instant {
            let written = String(year)
            let month = ["01", "04", "07", "10"][quarter - 1]
            let day = String(repeating: "0", count: 4 - written.count) + written + "-\(month)-01T00:00:00Z"
            guard let instant = try? Instant(parsing: day) else {
                throw Problem(.badField, "there is no quarter '\(text)'", field: "quarter")
            }
            return instant
        }
        return (try begin(year, quarter), quarter == 4 ? try begin(year + 1, 1) : try begin(year, quarter + 1))
    }
}
