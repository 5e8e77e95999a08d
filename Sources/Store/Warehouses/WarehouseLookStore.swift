public import Postgres
public import Time

/// Looks at Warehouses: when the next is due, and who holds the one that is under way.
public enum WarehouseLookStore {
    /// A Warehouse, and the revision of its project's manifests that somebody knows it from.
    public struct Place: Hashable, Sendable {
        /// The project.
        public let project: String
        /// The Warehouse.
        public let warehouse: String
        /// The revision.
        public let revision: Int64

        /// A Warehouse of that revision.
        public init(project: String, warehouse: String, revision: Int64) {
            self.project = project
            self.warehouse = warehouse
            self.revision = revision
        }
    }

    /// The right to look, which ends when somebody else takes it.
    public struct Lease: Hashable, Sendable {
        /// What is looked at.
        public let place: Place
        /// The look's number.
        public let number: Int64
        /// How many hints it answers.
        public let hints: Int64
        /// How many looks before it have failed in a row.
        public let failures: Int
        /// What the look before found, as it is kept.
        public let report: String
    }

    /// What a look that has ended leaves behind.
    public struct Result: Sendable {
        /// When it began.
        public let lookedAt: Instant
        /// When it ended.
        public let endedAt: Instant
        /// How many looks have failed in a row, with this one.
        public let failures: Int
        /// What it found, as it is kept.
        public let report: String
        /// When the next one is due.
        public let lookAt: Instant
        /// Until when nobody looks, whatever anybody hints at.
        public let notBefore: Instant?

        /// What a look leaves behind.
        public init(
            lookedAt: Instant, endedAt: Instant, failures: Int, report: String, lookAt: Instant, notBefore: Instant?
        ) {
            self.lookedAt = lookedAt
            self.endedAt = endedAt
            self.failures = failures
            self.report = report
            self.lookAt = lookAt
            self.notBefore = notBefore
        }
    }

    // What anybody has written anew is looked at soon.
    private static let note = Statement(
        """
        insert into warehouse_looks as w (project, warehouse, revision, look_at)
        select p, n, r, $4 from unnest($1::text[], $2::text[], $3::bigint[]) as known (p, n, r) order by p, n
        on conflict (project, warehouse) do update
        set revision = excluded.revision, look_at = least(w.look_at, greatest(excluded.look_at, w.not_before))
        where w.revision < excluded.revision
        """)
    private static let claim = Statement(
        """
        with due as (
            select w.project, w.warehouse from warehouse_looks w
            join unnest($1::text[], $2::text[], $3::bigint[]) as known (p, n, r)
              on (known.p, known.n, known.r) = (w.project, w.warehouse, w.revision)
            where w.look_at <= $4 and (w.leased_until is null or w.leased_until <= $4)
            order by w.look_at limit $6 for update of w skip locked)
        update warehouse_looks w set lease = w.lease + 1, leased_until = $5 from due
        where (w.project, w.warehouse) = (due.project, due.warehouse)
        returning w.project, w.warehouse, w.revision, w.lease, w.hints, w.failures, w.report
        """)
    private static let extend = Statement(
        "update warehouse_looks set leased_until = $4 where project = $1 and warehouse = $2 and lease = $3")
    private static let end = Statement(
        """
        update warehouse_looks set ended = lease, leased_until = null, looked_at = $4,
            succeeded_at = case when $5 = 0 then $4 else succeeded_at end, failures = $5,
            report = case when report = $6 then report else $6 end,
            look_at = case when hints > $7 then greatest(least($8, $10), $9) else $8 end, not_before = $9,
            hints = greatest(hints - $7, 0)
        where project = $1 and warehouse = $2 and lease = $3 and ended < lease
        """)
    private static let giveBack = Statement(
        """
        update warehouse_looks set leased_until = null
        where project = $1 and warehouse = $2 and lease = $3 and ended < lease
        """)
    private static let next = Statement(
        """
        select min(greatest(w.look_at, w.leased_until)) from warehouse_looks w
        join unnest($1::text[], $2::text[], $3::bigint[]) as known (p, n, r)
          on (known.p, known.n, known.r) = (w.project, w.warehouse, w.revision)
        """)

    /// How long after a look that others hinted at meanwhile the next one comes.
    private static let breath = TimeSpan.seconds(1)

    /// Notes the Warehouses that there are; those that are new, or of a newer revision, are due.
    public static func note(_ places: [Place], at now: Instant, _ connection: borrowing Connection)
        throws(PostgresError)
    {
        _ = try connection.execute(note, parameters(places) + [.instant(now)])
    }

    /// Takes the right to look at Warehouses that are due, as they were noted; nobody else has it until its time is over.
    public static func claim(
        among places: [Place], limit: Int, at now: Instant, until: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Lease] {
        try connection.execute(
            claim, parameters(places) + [.instant(now), .instant(until), .int(Int64(limit))]
        ).map { (row) throws(PostgresError) in
            Lease(
                place: Place(project: try row.text(0), warehouse: try row.text(1), revision: try row.int(2)),
                number: try row.int(3), hints: try row.int(4), failures: Int(try row.int(5)),
                report: try row.text(6))
        }
    }

    /// Keeps the right longer; false if somebody else has taken it.
    public static func extend(
        _ lease: Lease, until: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(extend, named(lease) + [.instant(until)]).affected == 1
    }

    /// Writes down what a look found; false if somebody else has taken the right to it.
    public static func end(
        _ lease: Lease, _ result: Result, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            end,
            named(lease) + [
                .instant(result.lookedAt), .int(Int64(result.failures)), .text(result.report), .int(lease.hints),
                .instant(result.lookAt), .instantOrNull(result.notBefore), .instant(result.endedAt + breath),
            ]
        ).affected == 1
    }

    /// Gives the right back without having looked; the look stays due.
    public static func giveBack(_ lease: Lease, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(giveBack, named(lease))
    }

    /// When the next look is due, or the right to one that was begun is over.
    public static func next(
        among places: [Place], _ connection: borrowing Connection
    ) throws(PostgresError) -> Instant? {
        try connection.execute(next, parameters(places))
            .first { (row) throws(PostgresError) in try row.instantOrNil(0) } ?? nil
    }

    private static func parameters(_ places: [Place]) -> [Parameter] {
        [.texts(places.map(\.project)), .texts(places.map(\.warehouse)), .ints(places.map(\.revision))]
    }

    private static func named(_ lease: Lease) -> [Parameter] {
        [.text(lease.place.project), .text(lease.place.warehouse), .int(lease.number)]
    }
}
