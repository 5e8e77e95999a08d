import HTTPServer
import JSON

/// A part of a list: how much of it, and after what.
struct Page: Sendable {
    let limit: Int
    let cursor: String?

    init(_ request: Request) throws(Problem) {
        let limit = try request.queryValue("limit")
        self.limit = limit.flatMap(Int.init) ?? 50
        guard limit == nil || limit.flatMap(Int.init) != nil, (1...500).contains(self.limit) else {
            throw Problem(.badField, "'limit' is a number from 1 to 500", field: "limit")
        }
        cursor = try request.queryValue("cursor")
        guard cursor.map({ (1...100).contains($0.utf8.count) }) ?? true else {
            throw Self.badCursor
        }
    }

    /// The list goes on from nothing that it ever gave.
    static var badCursor: Problem {
        Problem(
            .badField, "'cursor' is none that a list gave", field: "cursor",
            hint: "take it from 'next' of the answer before")
    }

    /// The answer: `elements` holds one more than asked for if there are more.
    func response<Element>(
        _ name: StaticString, _ elements: [Element], path: String, cursor: (Element) -> String,
        _ write: (Element, inout JSONWriter) -> Void
    ) -> Response {
        let shown = Array(elements.prefix(limit))
        let next = elements.count > limit ? shown.last.map(cursor) : nil
        var response = Response.json(capacity: 64 + shown.count * 256) { json in
            json.member(name, shown, write)
            json.member("next", next)
        }
        if let next {
            response.headers.append(link(to: next, path: path))
        }
        return response
    }

    /// Where the list goes on: what was looked for is looked for again.
    func link(to next: String, path: String) -> Header {
        let parts = path.split(separator: "?", maxSplits: 1)
        let filters = parts.dropFirst().first?.split(separator: "&") ?? []
        let kept = filters.filter { !$0.hasPrefix("limit=") && !$0.hasPrefix("cursor=") }
        let query = (kept.map(String.init) + ["limit=\(limit)", "cursor=\(next)"]).joined(separator: "&")
        return Header("Link", "<\(parts[0])?\(query)>; rel=\"next\"")
    }
}
