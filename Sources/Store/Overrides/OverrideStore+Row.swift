public import Postgres
public import Promotions
public import Time

extension OverrideStore {
    /// An override, as it is kept.
    public struct Row: Sendable {
        /// Its name.
        public let id: String
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// The Freight.
        public let freight: String
        /// The only promotion that may use it, if one was named.
        public let promotion: String?
        /// The gates that it passes.
        public let bypasses: [String]
        /// Whether it passes what cannot be told.
        public let coversUnknown: Bool
        /// Why it was asked for.
        public let justification: String
        /// The ticket that it belongs to.
        public let ticket: String?
        /// Who asked.
        public let requestedBy: String
        /// When.
        public let requestedAt: Instant
        /// How many others must agree.
        public let approvals: Int
        /// Who did.
        public let agreed: [Agreement]
        /// Its two clocks.
        public let times: OverrideTimes
        /// When enough others had agreed.
        public let approvedAt: Instant?
        /// The promotion that used it.
        public let use: Use?
        /// How it ended unused.
        public let end: End?
        /// What somebody found afterwards.
        public let review: Review?

        /// Where it stands.
        public func state(at now: Instant) -> OverrideState {
            use == nil ? end?.state ?? times.state(at: now) : .consumed
        }
    }

    /// Another person's yes.
    public struct Agreement: Sendable {
        /// Who.
        public let by: String
        /// When.
        public let at: Instant
        /// What they said.
        public let note: String?
    }

    /// What it was used for.
    public struct Use: Sendable {
        /// The promotion.
        public let promotion: String
        /// When it was let in.
        public let at: Instant
        /// Until when the promotion's later checks are covered.
        public let coversUntil: Instant
        /// By when somebody is to look at it.
        public let reviewDue: Instant
    }

    /// How it ended unused.
    public struct End: Sendable {
        /// Expired, denied or revoked.
        public let state: OverrideState
        /// When.
        public let at: Instant
        /// Whose word it was; nothing if time was over.
        public let by: String?
        /// Why.
        public let reason: String?
    }

    /// What somebody found afterwards.
    public enum ReviewOutcome: String, CaseIterable, Sendable {
        /// It was right.
        case justified
        /// It was not.
        case unjustified
        /// It would have gone without.
        case notNeeded = "not_needed"
    }

    /// Somebody's finding.
    public struct Review: Sendable {
        /// Who.
        public let by: String
        /// When.
        public let at: Instant
        /// What.
        public let outcome: String
        /// In their words.
        public let note: String
    }

    /// Which are looked for.
    public struct Search: Sendable {
        /// Those of this Stage.
        public var stage: String?
        /// Those of these Stages; nothing means all.
        public var stages: Set<String>?
        /// Those that stand there.
        public var state: OverrideState?
        /// Those that nobody has looked at in time.
        public var isReviewOverdue = false

        /// Everything.
        public init() {}
    }

    private static let columns = """
        o.id, o.project, o.stage, o.freight, o.promotion, o.bypasses, o.covers_unknown, o.justification, o.ticket, s.name,
        o.requested_at, o.approvals, o.approve_by, o.valid_for, o.approved_at, o.use_by, o.consumed_by, o.consumed_at,
        o.covers_until, o.review_due, o.ended_as, o.ended_at, e.name, o.ended_why, r.name, v.at, v.outcome, v.note
        from overrides o join subjects s on s.id = o.requested_by left join subjects e on e.id = o.ended_by
        left join override_reviews v on v.override = o.id left join subjects r on r.id = v.subject
        """
    private static let one = Statement("select \(columns) where o.project = $1 and o.id = $2")
    private static let open = Statement(
        """
        select \(columns) where o.project = $1 and o.stage = $2 and o.freight = $3 and o.consumed_at is null
          and o.ended_at is null
        """)
    private static let page = Statement(
        """
        select \(columns)
        where o.project = $1 and ($3::text is null or o.stage = $3) and ($8::text[] is null or o.stage = any($8))
          and ($2::text is null or (o.requested_at, o.id) < (select q.requested_at, q.id from overrides q where q.id = $2))
          and ($4::text is null or $4 = case
                when o.consumed_at is not null then 'consumed' when o.ended_as is not null then o.ended_as
                when coalesce(o.use_by, o.approve_by) <= $6 then 'expired' when o.use_by is null then 'requested'
                else 'approved' end)
          and (not $5 or v.override is null and o.review_due <= $6)
        order by o.requested_at desc, o.id desc limit $7
        """)
    private static let named = Statement(
        "select \(columns) where o.id = any($1::text[]) order by o.consumed_at, o.id")
    private static let agreements = Statement(
        """
        select a.override, s.name, a.at, a.note from override_approvals a join subjects s on s.id = a.subject
        where a.override = any($1::text[]) order by a.at, s.name
        """)

    /// One of a project's.
    public static func override(
        _ id: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try read(connection.execute(one, [.text(project), .text(id)]), connection).first
    }

    /// The one of which something may still come, of a Freight in a Stage.
    public static func open(
        for freight: String, in stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try read(connection.execute(open, [.text(project), .text(stage), .text(freight)]), connection).first
    }

    /// Those of these names, in the order in which they were used.
    public static func overrides(
        named names: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        guard !names.isEmpty else { return [] }
        return try read(connection.execute(named, [.texts(names)]), connection)
    }

    /// A project's, the newest first, from after the one given.
    public static func page(
        of project: String, _ search: Search, after: String?, limit: Int, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        let rows = try connection.execute(
            page,
            [
                .text(project), .textOrNull(after), .textOrNull(search.stage), .textOrNull(search.state?.rawValue),
                .bool(search.isReviewOverdue), .instant(now), .int(Int64(limit)),
                search.stages.map { .texts($0.sorted()) } ?? .null,
            ])
        return try read(rows, connection)
    }

    private static func read(
        _ rows: borrowing Rows, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        let ids = try rows.map { (row) throws(PostgresError) in try row.text(0) }
        guard !ids.isEmpty else { return [] }
        let agreed = try connection.execute(agreements, [.texts(ids)]).map { (row) throws(PostgresError) in
            (try row.text(0), Agreement(by: try row.text(1), at: try row.instant(2), note: try row.textOrNil(3)))
        }
        let byOverride = Dictionary(grouping: agreed, by: \.0).mapValues { $0.map(\.1) }
        return try rows.map { (row) throws(PostgresError) in
            try read(row, agreed: byOverride[try row.text(0), default: []])
        }
    }

    private static func read(
        _ row: borrowing Postgres.Row, agreed: [Agreement]
    ) throws(PostgresError) -> Row {
        Row(
            id: try row.text(0), project: try row.text(1), stage: try row.text(2), freight: try row.text(3),
            promotion: try row.textOrNil(4), bypasses: try row.texts(5), coversUnknown: try row.bool(6),
            justification: try row.text(7), ticket: try row.textOrNil(8), requestedBy: try row.text(9),
            requestedAt: try row.instant(10), approvals: Int(try row.int(11)), agreed: agreed,
            times: OverrideTimes(
                approveBy: try row.instant(12), validFor: TimeSpan(microseconds: try row.int(13)),
                useBy: try row.instantOrNil(15)),
            approvedAt: try row.instantOrNil(14), use: try use(row), end: try end(row), review: try review(row))
    }

    private static func use(_ row: borrowing Postgres.Row) throws(PostgresError) -> Use? {
        guard let promotion = try row.textOrNil(16) else { return nil }
        return Use(
            promotion: promotion, at: try row.instant(17), coversUntil: try row.instant(18),
            reviewDue: try row.instant(19))
    }

    private static func end(_ row: borrowing Postgres.Row) throws(PostgresError) -> End? {
        guard let word = try row.textOrNil(20) else { return nil }
        guard let state = OverrideState(rawValue: word) else {
            throw PostgresError.unexpected("an override has ended in an unknown way: \(word)")
        }
        return End(state: state, at: try row.instant(21), by: try row.textOrNil(22), reason: try row.textOrNil(23))
    }

    private static func review(_ row: borrowing Postgres.Row) throws(PostgresError) -> Review? {
        guard let by = try row.textOrNil(24) else { return nil }
        return Review(by: by, at: try row.instant(25), outcome: try row.text(26), note: try row.text(27))
    }
}
