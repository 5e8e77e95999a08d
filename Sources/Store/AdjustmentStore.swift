public import Identity
public import Postgres
public import Time

/// What exchanges announce between two versions of their calendars.
public enum AdjustmentStore {
    /// An adjustment, as it is kept.
    public struct Row: Sendable {
        /// What became of an adjustment.
        public enum State: String, Sendable {
            case pending, effective, withdrawn
        }

        /// Its name.
        public let id: String
        /// The calendar.
        public let calendar: String
        /// The day.
        public let date: String
        /// What happens on it.
        public let kind: String
        /// When, by the exchange's clock.
        public let at: String?
        /// Until when, by the exchange's clock.
        public let until: String?
        /// Why.
        public let reason: String
        /// Who says so.
        public let source: String
        /// Who asked for it.
        public let requestedBy: Subject
        /// When.
        public let requestedAt: Instant
        /// How many others must agree.
        public let approvals: Int
        /// Who agreed.
        public let approvedBy: [String]
        /// Since when it counts.
        public let effectiveAt: Instant?
        /// Since when it counts no more.
        public let withdrawnAt: Instant?
        /// Why it was withdrawn.
        public let withdrawnWhy: String?

        /// What became of it.
        public var state: State {
            withdrawnAt != nil ? .withdrawn : effectiveAt != nil ? .effective : .pending
        }
    }

    /// What is needed to ask for one.
    public struct Draft: Sendable {
        /// Its name.
        public let id: String
        /// The calendar.
        public let calendar: String
        /// The day.
        public let date: String
        /// What happens on it.
        public let kind: String
        /// When, by the exchange's clock.
        public let at: String?
        /// Until when, by the exchange's clock.
        public let until: String?
        /// Why.
        public let reason: String
        /// Who says so.
        public let source: String
        /// How many others must agree.
        public let approvals: Int

        /// What is needed to ask for one.
        public init(
            id: String, calendar: String, date: String, kind: String, at: String?, until: String?, reason: String,
            source: String, approvals: Int
        ) {
            self.id = id
            self.calendar = calendar
            self.date = date
            self.kind = kind
            self.at = at
            self.until = until
            self.reason = reason
            self.source = source
            self.approvals = approvals
        }
    }

    private static let columns = """
        a.id, a.calendar, a.date::text, a.kind, a.at, a.until, a.reason, a.source, s.id, s.name, s.kind, a.requested_at,
        a.approvals, array(select p.name from adjustment_approvals aa join subjects p on p.id = aa.subject
                           where aa.adjustment = a.id order by aa.at), a.effective_at, a.withdrawn_at, a.withdrawn_why
        from adjustments a join subjects s on s.id = a.requested_by
        """
    private static let effective = Statement(
        "select \(columns) where a.effective_at is not null and a.withdrawn_at is null order by a.effective_at, a.id")
    private static let one = Statement("select \(columns) where a.calendar = $1 and a.id = $2")
    private static let page = Statement(
        "select \(columns) where a.calendar = $1 and ($2::text is null or a.id > $2) order by a.id limit $3")
    private static let insert = Statement(
        """
        insert into adjustments (id, calendar, date, kind, at, until, reason, source, requested_by, token, requested_at,
                                 approvals)
        values ($1, $2, $3::text::date, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """)
    private static let approve = Statement(
        "insert into adjustment_approvals (adjustment, subject, token, at) values ($1, $2, $3, $4)")
    private static let takeEffect = Statement(
        "update adjustments set effective_at = $2 where id = $1 and effective_at is null and withdrawn_at is null")
    private static let withdraw = Statement(
        """
        update adjustments set withdrawn_at = $2, withdrawn_by = $3, withdrawn_why = $4
        where id = $1 and withdrawn_at is null
        """)

    /// Those that count, of all calendars, in the order in which they began to.
    public static func effective(_ connection: borrowing Connection) throws(PostgresError) -> [Row] {
        try connection.execute(effective).map { (row) throws(PostgresError) in try read(row) }
    }

    /// One adjustment of a calendar.
    public static func adjustment(
        _ id: String, of calendar: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try connection.execute(one, [.text(calendar), .text(id)])
            .first { (row) throws(PostgresError) in try read(row) }
    }

    /// A calendar's adjustments in the order of their names, after the one given.
    public static func page(
        of calendar: String, after: String?, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(page, [.text(calendar), .textOrNull(after), .int(Int64(limit))])
            .map { (row) throws(PostgresError) in try read(row) }
    }

    /// Notes what was asked for; it does not count yet.
    public static func add(
        _ draft: Draft, by token: Token, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(draft.id), .text(draft.calendar), .text(draft.date), .text(draft.kind), .textOrNull(draft.at),
                .textOrNull(draft.until), .text(draft.reason), .text(draft.source), .int(token.subject.id),
                .text(token.id), .instant(now), .int(Int64(draft.approvals)),
            ])
    }

    /// Notes that somebody agrees.
    public static func approve(
        _ id: String, by token: Token, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(approve, [.text(id), .int(token.subject.id), .text(token.id), .instant(now)])
    }

    /// Lets it count from now on.
    public static func takeEffect(_ id: String, at now: Instant, _ connection: borrowing Connection)
        throws(PostgresError)
    {
        _ = try connection.execute(takeEffect, [.text(id), .instant(now)])
    }

    /// Lets it count no more; false if it did not.
    public static func withdraw(
        _ id: String, by subject: Subject, reason: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(withdraw, [.text(id), .instant(now), .int(subject.id), .text(reason)]).affected == 1
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        Row(
            id: try row.text(0), calendar: try row.text(1), date: try row.text(2), kind: try row.text(3),
            at: try row.textOrNil(4), until: try row.textOrNil(5), reason: try row.text(6), source: try row.text(7),
            requestedBy: Subject(id: try row.int(8), name: try row.text(9), kind: try TokenStore.kind(row.text(10))),
            requestedAt: try row.instant(11), approvals: Int(try row.int(12)), approvedBy: try row.texts(13),
            effectiveAt: try row.instantOrNil(14), withdrawnAt: try row.instantOrNil(15),
            withdrawnWhy: try row.textOrNil(16))
    }
}
