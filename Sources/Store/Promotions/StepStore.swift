public import Postgres
public import Promotions
public import Time

/// What promotions do outside, written down before it is done.
public enum StepStore {
    /// How something that was done outside ended.
    public enum Outcome: String, Sendable {
        /// Well.
        case done
        /// It was found wanting.
        case failed
        /// It could not be done.
        case errored
        /// It was told to stop.
        case stopped
        /// It was never sent.
        case withdrawn
    }

    /// Something done outside, as it is kept.
    public struct Step: Sendable {
        /// Its place among those of its promotion.
        public let number: Int64
        /// What is done.
        public let work: Work
        /// The fence of whoever intended it.
        public let fence: Int64
        /// When it was intended.
        public let intendedAt: Instant
        /// By when it is sent, or left.
        public let notAfter: Instant
        /// When it was known to be sent.
        public let sentAt: Instant?
        /// When it ended.
        public let endedAt: Instant?
        /// How it ended.
        public let outcome: Outcome?
        /// What else is known of that.
        public let detail: String?
    }

    private static let intend = Statement(
        """
        insert into promotion_steps (promotion, number, work, fence, intended_at, not_after)
        select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 from promotion_steps where promotion = $1
        """)
    private static let noteSent = Statement(
        "update promotion_steps set sent_at = $2 where promotion = $1 and ended_at is null and sent_at is null")
    private static let end = Statement(
        """
        update promotion_steps set ended_at = $2, outcome = $3, detail = left($4, 1000)
        where promotion = $1 and ended_at is null
        """)
    private static let steps = Statement(
        """
        select promotion, number, work, fence, intended_at, not_after, sent_at, ended_at, outcome, detail
        from promotion_steps where promotion = any($1::text[]) order by promotion, number
        """)

    /// Writes down what is about to be done.
    public static func intend(
        _ work: Work, of promotion: String, fence: Int64, at now: Instant, notAfter: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            intend,
            [.text(promotion), .text(work.kept), .int(fence), .instant(now), .instant(notAfter)])
    }

    /// Writes down that what is under way was sent.
    public static func noteSent(
        of promotion: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(noteSent, [.text(promotion), .instant(now)])
    }

    /// Writes down how what is under way ended.
    public static func end(
        of promotion: String, _ outcome: Outcome, detail: String?, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            end, [.text(promotion), .instant(now), .text(outcome.rawValue), .textOrNull(detail)])
    }

    /// What promotions have done outside, by promotion, in its order.
    public static func steps(
        of promotions: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: [Step]] {
        guard !promotions.isEmpty else { return [:] }
        let rows = try connection.execute(steps, [.texts(promotions)]).map { (row) throws(PostgresError) in
            (try row.text(0), try read(row))
        }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Step {
        guard let work = Work(kept: try row.text(2)) else {
            throw PostgresError.unexpected("a step of \(try row.text(0)) cannot be read")
        }
        return Step(
            number: try row.int(1), work: work, fence: try row.int(3), intendedAt: try row.instant(4),
            notAfter: try row.instant(5), sentAt: try row.instantOrNil(6), endedAt: try row.instantOrNil(7),
            outcome: try row.textOrNil(8).flatMap(Outcome.init), detail: try row.textOrNil(9))
    }
}
