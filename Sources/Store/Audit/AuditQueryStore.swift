public import Postgres

/// The log, searched: a page of it costs what it shows, wherever it lies and however long the log is.
///
/// One condition drives: its index gives events in the order of time. Others are looked at event by event, at most
/// `budget` of them for one page; where that is not enough the page ends early, and says where the next one goes on. So
/// what is rare is better driven by: of several conditions one that few events meet is found by counting a little.
public enum AuditQueryStore {
    /// Some of what was looked for.
    public struct Part: Sendable {
        /// The events.
        public let events: [KeptEvent]
        /// After which place to go on; nothing if this was all.
        public let next: AuditPlace?
    }

    /// How many events are looked at for a page, where more is asked than one index knows. Fewer are few.
    static let budget = 2_000
    /// The same, where their text is read, which takes longer.
    static let textBudget = 1_000

    private static let one = Statement(
        "select at, id, project, stage, promotion, event, \(AuditQuery.leaf) from audit_events e where id = $1")
    /// Every code that ever was, found by going from one to the next.
    private static let codes = Statement(
        """
        with recursive c (code) as (
            (select code from audit_events order by code limit 1)
            union all
            select (select e.code from audit_events e where e.code > c.code order by e.code limit 1)
            from c where c.code is not null)
        select code from c where starts_with(code, $1)
        """)

    /// One event.
    public static func event(_ id: Int64, _ connection: borrowing Connection) throws(PostgresError) -> KeptEvent? {
        try connection.execute(one, [.int(id)]).first { (row) throws(PostgresError) in try read(row) }
    }

    /// The events after a place, at most `limit`.
    public static func part(
        of search: AuditSearch, after: AuditPlace?, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> Part {
        var search = search
        guard let ways = try ways(of: &search, connection) else { return Part(events: [], next: nil) }
        let query = AuditQuery(search: search, after: after)
        let way = try choose(ways, query, connection)
        let filters = query.filters(beside: way)
        let scan = filters.isEmpty ? limit + 1 : search.text == nil ? budget : textBudget
        let statement = query.events(by: way, filters, scan: scan, limit: limit + 1)
        let found = try connection.execute(once: statement.sql, statement.parameters)
            .map { (row) throws(PostgresError) in try read(row) }
        if found.count > limit {
            let events = Array(found.prefix(limit))
            return Part(events: events, next: events.last?.place)
        }
        guard !filters.isEmpty else { return Part(events: found, next: nil) }
        let end = query.end(by: way, scan: scan)
        let place = try connection.execute(once: end.sql, end.parameters)
            .first { (row) throws(PostgresError) in AuditPlace(at: try row.instant(0), id: try row.int(1)) }
        return Part(events: found, next: place)
    }

    /// The conditions that can drive, the one most likely to be rare first; nothing if no event can be found.
    private static func ways(
        of search: inout AuditSearch, _ connection: borrowing Connection
    ) throws(PostgresError) -> [AuditQuery.Way]? {
        var ways: [AuditQuery.Way] = []
        if let promotion = search.promotion { ways.append(.init(.promotion, [promotion])) }
        if let freight = search.freight { ways.append(.init(.freight, [freight])) }
        if let stage = search.stage, let project = search.project { ways.append(.init(.stage(stage), [project])) }
        if let actor = search.actor { ways.append(.init(.actor, [actor])) }
        switch search.code {
        case nil: break
        case .exactly(let code): ways.append(.init(.code, [code]))
        case .startingWith(let prefix):
            let known = try connection.execute(codes, [.text(prefix)])
                .map { (row) throws(PostgresError) in try row.text(0) }
            guard !known.isEmpty else { return nil }
            ways.append(.init(.code, known))
        }
        if let project = search.project {
            if search.stage == nil { ways.append(.init(.project, [project])) }
        } else if let projects = search.projects {
            guard !projects.isEmpty else { return nil }
            ways.append(.init(.project, projects))
        }
        ways.removeAll { $0.values.count > AuditQuery.Way.most }
        return ways.isEmpty ? [.init(.time, [""])] : ways
    }

    /// The first that few events meet, or else the first.
    private static func choose(
        _ ways: [AuditQuery.Way], _ query: AuditQuery, _ connection: borrowing Connection
    ) throws(PostgresError) -> AuditQuery.Way {
        guard ways.count > 1 else { return ways[0] }
        for way in ways {
            let count = query.count(by: way, atMost: budget)
            let isRare = try connection.execute(once: count.sql, count.parameters)
                .first { (row) throws(PostgresError) in try row.int(0) < Int64(budget) }
            if isRare ?? false { return way }
        }
        return ways[0]
    }

    private static func read(_ row: borrowing Row) throws(PostgresError) -> KeptEvent {
        KeptEvent(
            place: AuditPlace(at: try row.instant(0), id: try row.int(1)), project: try row.textOrNil(2),
            stage: try row.textOrNil(3), promotion: try row.textOrNil(4), bytes: try row.bytes(5),
            leaf: try row.intOrNil(6))
    }
}
