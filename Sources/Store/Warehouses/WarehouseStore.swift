public import Postgres
public import Time

/// What is known of Warehouses, for those who ask, and what they hint at.
public enum WarehouseStore {
    /// How looking at a Warehouse goes.
    public struct Row: Sendable {
        /// The Warehouse.
        public let warehouse: String
        /// When it is looked at next.
        public let lookAt: Instant
        /// Whether somebody is looking.
        public let isLooking: Bool
        /// The number of the last look that has ended.
        public let ended: Int64
        /// How many hints are waiting.
        public let hints: Int64
        /// When the last look began.
        public let lookedAt: Instant?
        /// When the last one began that found everything out.
        public let succeededAt: Instant?
        /// How many have failed since.
        public let failures: Int
        /// What the last look found.
        public let report: WarehouseReport
    }

    /// A Warehouse whose last look failed.
    public struct Failing: Sendable {
        /// The project.
        public let project: String
        /// The Warehouse.
        public let warehouse: String
        /// How many looks have failed in a row.
        public let failures: Int
    }

    private static let rows = Statement(
        """
        select warehouse, look_at, coalesce(leased_until > $3, false), ended, hints, looked_at, succeeded_at, failures,
               report
        from warehouse_looks where project = $1 and ($2::text is null or warehouse = $2) order by warehouse
        """)
    private static let failing = Statement(
        "select project, warehouse, failures from warehouse_looks where failures > 0")
    // The next look is the one after that which may be under way: only what begins from now on has seen all there is.
    private static let hint = Statement(
        """
        insert into warehouse_looks as w (project, warehouse, revision, look_at, hints) values ($1, $2, $3, $4, 1)
        on conflict (project, warehouse) do update
        set hints = w.hints + 1, look_at = greatest(least(w.look_at, $4), w.not_before)
        returning w.lease + 1
        """)
    private static let ended = Statement(
        "select ended from warehouse_looks where project = $1 and warehouse = $2")

    /// How looking goes, at one Warehouse of a project or at all that were ever looked at.
    public static func rows(
        of project: String, warehouse: String? = nil, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(rows, [.text(project), .textOrNull(warehouse), .instant(now)])
            .map { (row) throws(PostgresError) in
                Row(
                    warehouse: try row.text(0), lookAt: try row.instant(1), isLooking: try row.bool(2),
                    ended: try row.int(3), hints: try row.int(4), lookedAt: try row.instantOrNil(5),
                    succeededAt: try row.instantOrNil(6), failures: Int(try row.int(7)),
                    report: WarehouseReport(kept: try row.text(8)))
            }
    }

    /// The Warehouses of all projects whose last look failed.
    public static func failing(_ connection: borrowing Connection) throws(PostgresError) -> [Failing] {
        try connection.execute(failing).map { (row) throws(PostgresError) in
            Failing(project: try row.text(0), warehouse: try row.text(1), failures: Int(try row.int(2)))
        }
    }

    /// Lets a Warehouse be looked at soon; the number of the look that will answer it.
    public static func hint(
        at place: WarehouseLookStore.Place, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Int64 {
        try connection.execute(
            hint, [.text(place.project), .text(place.warehouse), .int(place.revision), .instant(now)]
        ).first { (row) throws(PostgresError) in try row.int(0) } ?? 0
    }

    /// The number of the last look that has ended.
    public static func ended(
        _ warehouse: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Int64 {
        try connection.execute(ended, [.text(project), .text(warehouse)])
            .first { (row) throws(PostgresError) in try row.int(0) } ?? 0
    }
}
