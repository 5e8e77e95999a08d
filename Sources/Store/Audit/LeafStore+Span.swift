public import Postgres
public import Time

extension LeafStore {
    // Places are given by the order of transactions, which is not quite that of time: what stands first is among the first
    // events of the span, and what stands last among the last, as far as no transaction took a minute.
    private static let span = Statement(
        """
        with ends as materialized (
            select (select at from audit_events where at >= $1 and at < $2 order by at, id limit 1) as first,
                   (select at from audit_events where at >= $1 and at < $2 order by at desc, id desc limit 1) as last),
        early as (
            select (select l.leaf from audit_leaves l where l.event = e.id) as leaf from audit_events e
            where e.at >= (select first from ends) and e.at < $2
              and e.at < (select first + interval '1 minute' from ends)),
        late as (
            select (select l.leaf from audit_leaves l where l.event = e.id) as leaf from audit_events e
            where e.at >= $1 and e.at <= (select last from ends)
              and e.at > (select last - interval '1 minute' from ends))
        select (select min(leaf) from early), (select max(leaf) from late)
        """)

    /// Between which places all events of a span of time are that have one; nothing if there are none.
    public static func span(
        from: Instant, to: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> ClosedRange<Int64>? {
        try connection.execute(span, [.instant(from), .instant(to)])
            .first { (row) throws(PostgresError) -> ClosedRange<Int64>? in
                guard let first = try row.intOrNil(0), let last = try row.intOrNil(1), first <= last else { return nil }
                return first...last
            } ?? nil
    }
}
