public import Postgres
public import Time

/// What nobody does, but time: each is called to mind once, by whichever server comes first.
public enum ReminderStore {
    /// A use of break-glass that nobody has looked at in time.
    public struct Review: Sendable {
        /// The override's name.
        public let override: String
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// The Freight.
        public let freight: String
        /// The promotion that used it.
        public let promotion: String
        /// Who asked for it.
        public let requestedBy: String
        /// When somebody should have looked at it.
        public let due: Instant
    }

    /// A token that ends soon.
    public struct EndingToken: Sendable {
        /// Its public name.
        public let id: String
        /// What it is called.
        public let name: String
        /// Whose it is.
        public let subject: String
        /// When it ends.
        public let expiresAt: Instant
    }

    /// A freeze that was over at its time.
    public struct FreezeOver: Sendable {
        /// Its name.
        public let id: String
        /// The project; nothing means everything.
        public let project: String?
        /// The Stage; nothing means all.
        public let stage: String?
        /// Why it was.
        public let reason: String
        /// Who started it.
        public let startedBy: String
        /// Until when it was.
        public let until: Instant
    }

    private static let remind = Statement("insert into reminders (code, about) values ($1, $2) on conflict do nothing")
    private static let reviews = Statement(
        """
        select o.id, o.project, o.stage, o.freight, o.consumed_by, s.name, o.review_due
        from overrides o join subjects s on s.id = o.requested_by
        where o.review_due <= $1 and not exists (select from override_reviews r where r.override = o.id)
          and not exists (select from reminders m where m.code = $2 and m.about = o.id)
        """)
    // One that lives shorter than the time of the reminder is made anew all the time.
    private static let tokens = Statement(
        """
        select t.id, t.name, s.name, t.expires_at from tokens t join subjects s on s.id = t.subject
        where t.revoked_at is null and t.expires_at > $1 and t.expires_at <= $2
          and t.expires_at - t.created_at > $2::timestamptz - $1::timestamptz
          and not exists (select from reminders m where m.code = $3 and m.about = t.id)
        """)

    private static let freezes = Statement(
        """
        select f.id, f.project, f.stage, f.reason, s.name, f.until from freezes f join subjects s on s.id = f.started_by
        where f.ended_at is null and f.until > $1 and f.until <= $2
          and not exists (select from reminders m where m.code = $3 and m.about = f.id)
        """)

    /// True the first time, over all servers, that something is called to mind.
    public static func isFirst(
        _ code: String, about: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(remind, [.text(code), .text(about)]).affected == 1
    }

    /// Reviews that are due, and were not called to mind under this code.
    public static func reviewsDue(
        at now: Instant, code: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Review] {
        try connection.execute(reviews, [.instant(now), .text(code)]).map { (row) throws(PostgresError) in
            Review(
                override: try row.text(0), project: try row.text(1), stage: try row.text(2), freight: try row.text(3),
                promotion: try row.text(4), requestedBy: try row.text(5), due: try row.instant(6))
        }
    }

    /// Tokens that end between two instants, and were not called to mind under this code.
    public static func tokensEnding(
        after now: Instant, until end: Instant, code: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [EndingToken] {
        try connection.execute(tokens, [.instant(now), .instant(end), .text(code)]).map { (row) throws(PostgresError) in
            EndingToken(
                id: try row.text(0), name: try row.text(1), subject: try row.text(2), expiresAt: try row.instant(3))
        }
    }

    /// Freezes whose time was over between two instants, and that were not called to mind under this code.
    public static func freezesOver(
        after start: Instant, until end: Instant, code: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [FreezeOver] {
        try connection.execute(freezes, [.instant(start), .instant(end), .text(code)]).map {
            (row) throws(PostgresError) in
            FreezeOver(
                id: try row.text(0), project: try row.textOrNil(1), stage: try row.textOrNil(2),
                reason: try row.text(3), startedBy: try row.text(4), until: try row.instant(5))
        }
    }
}
