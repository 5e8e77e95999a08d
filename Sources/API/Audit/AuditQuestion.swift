import HTTPServer
import Identity
import Store
import Time

/// What is asked of the log.
enum AuditQuestion {
    static let names = [
        "project", "stage", "freight", "promotion", "actor", "code", "from", "to", "q", "order",
    ]

    /// The longest that any name, or text to look for, is.
    private static let longest = 300

    /// Which events are looked for, among those that the caller may see.
    static func search(_ request: Request, _ caller: Caller) throws(Problem) -> AuditSearch {
        var search = AuditSearch(within: caller.grant)
        search.project = try word("project", request)
        search.stage = try word("stage", request)
        try check(search, caller)
        search.freight = try word("freight", request)
        search.promotion = try word("promotion", request)
        search.actor = try word("actor", request)
        search.code = try word("code", request).map { text throws(Problem) in try .init(asked: text) }
        search.from = try request.queryInstant("from")
        search.to = try request.queryInstant("to")
        if let from = search.from, let to = search.to, from > to {
            throw Problem(
                .badField, "'from' comes after 'to': \(from.text) and \(to.text)", field: "from",
                hint: "nothing can have happened between")
        }
        search.text = try word("q", request)
        switch try request.queryValue("order") {
        case nil, "desc": break
        case "asc": search.isAscending = true
        default: throw Problem(.badField, "'order' is asc or desc", field: "order")
        }
        return search
    }

    private static func check(_ search: AuditSearch, _ caller: Caller) throws(Problem) {
        guard let project = search.project else {
            guard search.stage == nil else {
                throw Problem(.badField, "'stage' needs 'project': each has Stages of its own", field: "project")
            }
            return
        }
        guard caller.grant.projects?.contains(project) ?? true,
            search.stage.map({ caller.grant.reaches(project: project, stage: $0) }) ?? true
        else { throw Problem(.outOfReach, "the token '\(caller.token.name)' does not reach '\(project)'") }
    }

    /// A parameter's text; what PostgreSQL could not hold, no event has either.
    private static func word(_ name: String, _ request: Request) throws(Problem) -> String? {
        guard let text = try request.queryValue(name) else { return nil }
        guard (1...longest).contains(text.utf8.count), !text.utf8.contains(0) else {
            throw Problem(.badField, "'\(name)' has 1 to \(longest) bytes", field: name)
        }
        return text
    }
}
