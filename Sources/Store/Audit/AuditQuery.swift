import JSON
import Postgres
import Time

/// The statements of one search. Each is written for the conditions there are: a plan made for all that there could be
/// would be a bad one for most.
struct AuditQuery {
    /// A condition whose index gives events in the order of time: one of some values.
    struct Way: Hashable {
        enum Kind: Hashable {
            case time, project, freight, promotion, actor, code
            /// A Stage of the project that is the value.
            case stage(String)
        }

        /// More are not merged in order.
        static let most = 64

        let kind: Kind
        let values: [String]

        init(_ kind: Kind, _ values: [String]) {
            self.kind = kind
            self.values = values
        }
    }

    /// A statement that is being written, and what its numbers stand for.
    struct Text {
        private(set) var sql = ""
        private(set) var parameters: [Parameter] = []

        mutating func add(_ sql: String) { self.sql += sql }

        mutating func number(_ parameter: Parameter) -> String {
            parameters.append(parameter)
            return "$\(parameters.count)"
        }
    }

    let search: AuditSearch
    let after: AuditPlace?

    private var order: String { search.isAscending ? "order by at, id" : "order by at desc, id desc" }

    /// The place in the log's tree of an event `e`.
    static let leaf = "(select l.leaf from audit_leaves l where l.event = e.id)"

    /// The events, of `scan` that the way leads to those that meet the other conditions, at most `limit`.
    func events(by way: Way, _ filters: [Filter], scan: Int, limit: Int) -> Text {
        var text = Text()
        text.add("select at, id, project, stage, promotion, event, \(Self.leaf) from (")
        scanned(by: way, "*", scan, &text)
        text.add(") e")
        for (index, filter) in filters.enumerated() {
            text.add(index == 0 ? " where " : " and ")
            filter.write(&text)
        }
        text.add(" \(order) limit \(text.number(.int(Int64(limit))))")
        return text
    }

    /// The last of the events that were looked at, if as many were as may be.
    func end(by way: Way, scan: Int) -> Text {
        var text = Text()
        text.add("select at, id from (")
        scanned(by: way, "at, id", scan, &text)
        text.add(") e offset \(scan - 1)")
        return text
    }

    /// How many events the way leads to, counted to a number.
    func count(by way: Way, atMost most: Int) -> Text {
        var text = Text()
        text.add("select count(*) from (")
        scanned(by: way, "at, id", most, &text)
        text.add(") e")
        return text
    }

    /// What the way leads to, in order. Each value has its index scan; they are merged.
    private func scanned(by way: Way, _ columns: String, _ scan: Int, _ text: inout Text) {
        text.add("select \(columns) from (")
        for (index, value) in way.values.enumerated() {
            text.add("\(index == 0 ? "" : " union all ")(select \(columns) from audit_events where true")
            switch way.kind {
            case .time: break
            case .project: text.add(" and project = \(text.number(.text(value)))")
            case .freight: text.add(" and freight = \(text.number(.text(value)))")
            case .promotion: text.add(" and promotion = \(text.number(.text(value)))")
            case .actor: text.add(" and actor = \(text.number(.text(value)))")
            case .code: text.add(" and code = \(text.number(.text(value)))")
            case .stage(let stage):
                text.add(" and project = \(text.number(.text(value))) and stage = \(text.number(.text(stage)))")
            }
            if let from = search.from { text.add(" and at >= \(text.number(.instant(from)))") }
            if let to = search.to { text.add(" and at < \(text.number(.instant(to)))") }
            if let after {
                let (at, id) = (text.number(.instant(after.at)), text.number(.int(after.id)))
                text.add(" and (at, id) \(search.isAscending ? ">" : "<") (\(at), \(id))")
            }
            text.add(" \(order) limit \(scan))")
        }
        text.add(") w \(order) limit \(scan)")
    }
}

extension AuditQuery {
    /// A condition that events are looked at for.
    enum Filter {
        case equal(String, String)
        case among(String, [String])
        case codeBegins(String)
        case contains(String)

        func write(_ text: inout Text) {
            switch self {
            case .equal(let column, let value): text.add("\(column) = \(text.number(.text(value)))")
            case .among(let column, let values): text.add("\(column) = any(\(text.number(.texts(values)))::text[])")
            case .codeBegins(let prefix): text.add("starts_with(code, \(text.number(.text(prefix))))")
            case .contains(let words):
                text.add("convert_from(event, 'UTF8') ilike \(text.number(.text(Self.pattern(words))))")
            }
        }

        /// The words as they stand in an event, between anything.
        private static func pattern(_ words: String) -> String {
            var writer = JSONWriter(capacity: words.utf8.count + 2)
            writer.value(words)
            let written = String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
            return "%" + written.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "%"
        }
    }

    /// The conditions that the way does not see to.
    func filters(beside way: Way) -> [Filter] {
        var filters: [Filter] = []
        let isOfStage = if case .stage = way.kind { true } else { false }
        if let project = search.project, way.kind != .project, !isOfStage { filters.append(.equal("project", project)) }
        if let stage = search.stage, !isOfStage { filters.append(.equal("stage", stage)) }
        if let freight = search.freight, way.kind != .freight { filters.append(.equal("freight", freight)) }
        if let promotion = search.promotion, way.kind != .promotion { filters.append(.equal("promotion", promotion)) }
        if let actor = search.actor, way.kind != .actor { filters.append(.equal("actor", actor)) }
        if way.kind != .code {
            switch search.code {
            case nil: break
            case .exactly(let code): filters.append(.equal("code", code))
            case .startingWith(let prefix): filters.append(.codeBegins(prefix))
            }
        }
        if search.project == nil, let projects = search.projects, way.kind != .project {
            filters.append(.among("project", projects))
        }
        if let stages = search.stages { filters.append(.among("stage", stages)) }
        if let text = search.text { filters.append(.contains(text)) }
        return filters
    }
}
