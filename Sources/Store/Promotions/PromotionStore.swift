public import Identity
public import Postgres
public import Promotions
public import Time

/// Promotions: asked for, looked for, and read.
public enum PromotionStore {
    /// A promotion, as it is kept.
    public struct Row: Sendable {
        /// The project.
        public let project: String
        /// The promotion as it stands.
        public let promotion: Promotion
        /// Why it waits, or why it ended as it did, in a sentence.
        public let reason: String?
        /// What its requester said.
        public let justification: String?
        /// The ticket that it belongs to.
        public let ticket: String?
        /// The one that it was asked for in the place of.
        public let retryOf: String?
        /// When it began its work.
        public let startedAt: Instant?
        /// When it ended.
        public let endedAt: Instant?
        /// The fence of whoever works on it, or did last.
        public let fence: Int64
        /// When time alone would let it in, as far as that is known.
        public let nextOpen: Instant?
        /// By when a deployer outside tells what became of it.
        public let deadline: Instant?
        /// All that it is to do outside, as the policy said when it was let in.
        public let work: [Work]
        /// The token with which it was asked for; nothing if nobody asked.
        public let token: String?
    }

    /// What is needed to ask for one.
    public struct Draft: Sendable {
        /// The project.
        public let project: String
        /// What is asked for.
        public let promotion: Promotion
        /// Whose token asks; nothing if nobody asked.
        public let token: Token?
        /// What they said.
        public let justification: String?
        /// The ticket that it belongs to.
        public let ticket: String?
        /// The one that it is asked for in the place of.
        public let retryOf: String?
        /// Whether what goes in by itself is kept from undoing it.
        public let holdsOrigin: Bool

        /// What is needed to ask for one.
        public init(
            project: String, promotion: Promotion, token: Token?, justification: String? = nil, ticket: String? = nil,
            retryOf: String? = nil, holdsOrigin: Bool = false
        ) {
            self.project = project
            self.promotion = promotion
            self.token = token
            self.justification = justification
            self.ticket = ticket
            self.retryOf = retryOf
            self.holdsOrigin = holdsOrigin
        }
    }

    /// Which are looked for.
    public struct Search: Sendable {
        /// Those into this Stage.
        public var stage: String?
        /// Those into these Stages; nothing means all.
        public var stages: Set<String>?
        /// Those of this Freight, by its ID.
        public var freight: String?
        /// Those that stand there.
        public var phase: Promotion.Phase?
        /// Those that have not ended.
        public var isUnfinished = false

        /// Everything.
        public init() {}
    }

    static let columns = """
        p.project, p.id, p.stage, p.freight, p.warehouse, f.discovered_at, p.kind, s.name, p.requested_at, p.wait_until,
        p.phase, p.code, p.gate, p.progress, p.reason, p.justification, p.ticket, p.retry_of, p.started_at, p.ended_at,
        p.lease, p.next_open, p.deadline, p.work, p.requested_with
        from promotions p join freight f on f.project = p.project and f.id = p.freight
        left join subjects s on s.id = p.requested_by
        """
    private static let one = Statement("select \(columns) where p.project = $1 and p.id = $2")
    private static let stagesAtWork = Statement(
        "select project, stage from promotions where id = any($1::text[]) and phase in ('Running', 'Verifying')")
    private static let underWay = Statement(
        """
        select p.project, p.stage, p.id, p.freight, p.phase in ('Running', 'Verifying') from promotions p
        where (p.project, p.stage) in (select * from unnest($1::text[], $2::text[])) and p.ended_at is null
        order by p.requested_at, p.id
        """)
    private static let page = Statement(
        """
        select \(columns)
        where p.project = $1
          and ($2::text is null or (p.requested_at, p.id) < (select q.requested_at, q.id from promotions q where q.id = $2))
          and ($4::text is null or p.stage = $4) and ($5::text is null or p.freight = $5)
          and ($6::text is null or p.phase = $6) and (not $7 or p.ended_at is null)
          and ($8::text[] is null or p.stage = any($8))
        order by p.requested_at desc, p.id desc limit $3
        """)
    private static let unfinished = Statement(
        "select \(columns) where p.project = $1 and p.stage = $2 and p.ended_at is null order by p.requested_at, p.id")
    private static let last = Statement(
        """
        select \(columns) where p.project = $1 and p.stage = $2 and p.freight = $3
        order by p.requested_at desc, p.id desc limit 1
        """)
    private static let active = Statement(
        """
        select project, stage, id from promotions
        where phase in ('Running', 'Verifying') and ($1::text is null or project = $1) and ($2::text is null or stage = $2)
          and (not $3 or progress is distinct from 'unsent') and ($4::text is null or freight = $4)
        order by project, stage, id
        """)
    private static let insert = Statement(
        """
        insert into promotions (id, project, stage, freight, warehouse, kind, phase, requested_at, requested_by,
                                requested_with, justification, ticket, wait_until, retry_of, holds_origin)
        values ($1, $2, $3, $4, $5, $6, 'Pending', $7, $8, $9, $10, $11, $12, $13, $14)
        """)

    /// One promotion.
    public static func promotion(
        _ id: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try connection.execute(one, [.text(project), .text(id)])
            .first { (row) throws(PostgresError) in try read(row) }
    }

    /// The Stages in which promotions of these names are at work.
    public static func stagesAtWork(
        on names: Set<String>, _ connection: borrowing Connection
    ) throws(PostgresError) -> Set<StageKey> {
        Set(
            try connection.execute(stagesAtWork, [.texts(names.sorted())])
                .map { (row) throws(PostgresError) in StageKey(try row.text(1), of: try row.text(0)) })
    }

    /// A promotion that has not ended, as others see it.
    public struct UnderWay: Sendable {
        /// The promotion.
        public let id: String
        /// Its Freight.
        public let freight: String
        /// Whether it has the Stage's slot.
        public let isActive: Bool
    }

    /// What has not ended in several Stages, in the order in which it was asked for.
    public static func underWay(
        in stages: Set<StageKey>, _ connection: borrowing Connection
    ) throws(PostgresError) -> [StageKey: [UnderWay]] {
        let (projects, names) = (stages.map(\.project), stages.map(\.stage))
        let rows = try connection.execute(underWay, [.texts(projects), .texts(names)])
            .map { (row) throws(PostgresError) in
                (
                    StageKey(try row.text(1), of: try row.text(0)),
                    UnderWay(id: try row.text(2), freight: try row.text(3), isActive: try row.bool(4))
                )
            }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }

    /// Promotions, the newest first, from after the one given.
    public static func page(
        of project: String, _ search: Search, after: String?, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(
            page,
            [
                .text(project), .textOrNull(after), .int(Int64(limit)), .textOrNull(search.stage),
                .textOrNull(search.freight), .textOrNull(search.phase?.rawValue), .bool(search.isUnfinished),
                search.stages.map { .texts($0.sorted()) } ?? .null,
            ]
        ).map { (row) throws(PostgresError) in try read(row) }
    }

    /// Those into a Stage that have not ended, in the order in which they were asked for.
    public static func unfinished(
        into stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(unfinished, [.text(project), .text(stage)])
            .map { (row) throws(PostgresError) in try read(row) }
    }

    /// The last promotion of a Freight into a Stage.
    public static func last(
        of freight: String, into stage: String, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try connection.execute(last, [.text(project), .text(stage), .text(freight)])
            .first { (row) throws(PostgresError) in try read(row) }
    }

    /// Where something is at work: in a Stage, a project, or everywhere.
    public static func active(
        of project: String?, stage: String?, _ connection: borrowing Connection
    ) throws(PostgresError) -> [(project: String, stage: String)] {
        try connection.execute(active, [.textOrNull(project), .textOrNull(stage), .bool(false), .null])
            .map { (row) throws(PostgresError) in (try row.text(0), try row.text(1)) }
    }

    /// The promotions that are past their last check: what closes now does not stop what they have sent.
    public static func inFlight(
        of project: String?, stage: String?, freight: String? = nil, _ connection: borrowing Connection
    ) throws(PostgresError) -> [String] {
        try connection.execute(
            active, [.textOrNull(project), .textOrNull(stage), .bool(true), .textOrNull(freight)]
        )
        .map { (row) throws(PostgresError) in try row.text(2) }
    }

    /// Asks for one; whoever does calls for a look at its Stage.
    public static func add(_ draft: Draft, _ connection: borrowing Connection) throws(PostgresError) {
        let promotion = draft.promotion
        _ = try connection.execute(
            insert,
            [
                .text(promotion.id), .text(draft.project), .text(promotion.stage), .text(promotion.freight.id),
                .text(promotion.freight.warehouse), .text(promotion.kind.rawValue), .instant(promotion.createdAt),
                .intOrNull(draft.token?.subject.id), .textOrNull(draft.token?.id), .textOrNull(draft.justification),
                .textOrNull(draft.ticket), .instantOrNull(promotion.waitUntil), .textOrNull(draft.retryOf),
                .bool(draft.holdsOrigin),
            ])
    }

    static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        let id = try row.text(1)
        guard let kind = Promotion.Kind(rawValue: try row.text(6)),
            let state = PromotionState(
                phase: try row.text(10), code: try row.textOrNil(11), gate: try row.textOrNil(12),
                progress: try row.textOrNil(13))
        else { throw PostgresError.unexpected("the promotion \(id) cannot be read") }
        let freight = FreightStamp(id: try row.text(3), warehouse: try row.text(4), discoveredAt: try row.instant(5))
        return Row(
            project: try row.text(0),
            promotion: Promotion(
                id: id, stage: try row.text(2), freight: freight, kind: kind, requester: try row.textOrNil(7),
                createdAt: try row.instant(8), waitUntil: try row.instantOrNil(9), state: state),
            reason: try row.textOrNil(14), justification: try row.textOrNil(15), ticket: try row.textOrNil(16),
            retryOf: try row.textOrNil(17), startedAt: try row.instantOrNil(18), endedAt: try row.instantOrNil(19),
            fence: try row.int(20), nextOpen: try row.instantOrNil(21), deadline: try row.instantOrNil(22),
            work: try row.textOrNil(23).map { (text) throws(PostgresError) in
                guard let work = [Work](kept: text) else {
                    throw PostgresError.unexpected("the work of the promotion \(id) cannot be read")
                }
                return work
            } ?? [], token: try row.textOrNil(24))
    }
}
