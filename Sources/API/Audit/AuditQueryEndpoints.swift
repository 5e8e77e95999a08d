import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Store
import Time

/// The log, read by whoever keeps an eye on all the others.
enum AuditQueryEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let auditors = Access.oneOf(Roles([.auditor]))
        return [
            Endpoint(.get, "/v1/audit", auditors, of: service, deadline: .seconds(30)) { request, caller in
                guard try request.queryValue("format") != "export" else {
                    try request.allowQuery("format", "leaves", "kept")
                    return try await AuditExport.response(request, caller, service)
                }
                return try await list(request, caller, service)
            },
            Endpoint(.get, "/v1/audit/report", auditors, of: service) { request, caller in
                try await ReportQuestion.answer(request, caller, service)
            },
            Endpoint(.get, "/v1/audit/{event}", auditors, of: service) { request, caller in
                try await show(request, caller, service)
            },
            Endpoint(
                .get, "/v1/projects/{project}/promotions/{promotion}/record", .oneOf(.readers), of: service
            ) { request, caller in
                try request.allowQuery()
                let (project, id) = (try request.project(for: caller), request.pathParameter("promotion"))
                return try await service.pool.withConnection { connection in
                    let record = try PromotionRecord(id, in: project, shownTo: caller.grant, connection)
                    try request.check(caller, reaches: record.stage, of: project)
                    return .json(capacity: 16_384) { json in record.write(into: &json, at: service.clock.now()) }
                }
            },
        ]
    }

    /// Part of the log, or all of it that was asked for in one stream.
    static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery(in: AuditQuestion.names + ["format", "limit", "cursor"])
        let asked = try AuditQuestion.search(request, caller)
        guard let format = AuditStream.Format(rawValue: try request.queryValue("format") ?? "json") else {
            throw Problem(.badField, "'format' is json, ndjson, csv or export", field: "format")
        }
        let page = try Page(request)
        let after = try page.cursor.map { cursor throws(Problem) in try AuditPlace(cursor: cursor) }
        let search = try await AskedEvents.known(asked, to: caller, service)
        guard format == .json else {
            let limit = try request.queryValue("limit") == nil ? nil : page.limit
            return AuditStream(search: search, format: format, after: after, limit: limit, service: service).response
        }
        let part = try await service.pool.withConnection { connection in
            try AuditQueryStore.part(of: search, after: after, limit: page.limit, connection)
        }
        let next = part.next?.cursor
        var response = Response(contentType: "application/json", body: body(part.events, next))
        if let next { response.headers.append(page.link(to: next, path: request.path)) }
        return response
    }

    private static func body(_ events: [KeptEvent], _ next: String?) -> [UInt8] {
        var body = Array("{\"events\":[".utf8)
        body.reserveCapacity(64 + events.reduce(0) { $0 + $1.bytes.count + 32 })
        for (index, event) in events.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            event.write(to: &body)
        }
        body += Array((next.map { "],\"next\":\"\($0)\"}" } ?? "]}").utf8)
        return body
    }

    private static func show(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let text = request.pathParameter("event")
        let event = try await service.pool.withConnection { connection in
            try Int64(text).flatMap { try AuditQueryStore.event($0, connection) }
        }
        guard let event, caller.grant.shows(project: event.project, stage: event.stage) else {
            throw Problem(
                .noSuchEvent, "there is no event '\(text.prefix(32))'", hint: "GET /v1/audit lists them")
        }
        var body: [UInt8] = []
        event.write(to: &body)
        // An event of a drill says so itself; the answer says it once.
        let remark = Array(",\"drill\":true}".utf8)
        if !service.remarks.members.isEmpty, body.suffix(remark.count) == remark[...] {
            body.replaceSubrange((body.count - remark.count)..., with: [UInt8(ascii: "}")])
        }
        return Response(contentType: "application/json", body: body)
    }
}

extension KeptEvent {
    /// The event as it is kept, with its number, and its place in the log's tree, before all else.
    func write(to bytes: inout [UInt8]) {
        bytes += Array("{\"id\":\(id),".utf8)
        if let leaf { bytes += Array("\"leaf\":\(leaf),".utf8) }
        bytes += self.bytes.dropFirst()
    }
}

extension AuditPlace {
    /// Where a list goes on.
    var cursor: String { "\(at.microseconds).\(id)" }

    /// The years 1 to 9999.
    private static let times: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// Reads what a list gave.
    init(cursor: String) throws(Problem) {
        let parts = cursor.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let at = Int64(parts[0]), Self.times.contains(at), let id = Int64(parts[1]), id > 0
        else { throw Page.badCursor }
        self.init(at: Instant(microseconds: at), id: id)
    }
}
