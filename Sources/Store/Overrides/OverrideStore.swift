public import Identity
public import Postgres
public import Promotions
public import Time

/// Break-glass: asked for, agreed to, used once, looked at afterwards.
public enum OverrideStore {
    /// What is needed to ask for one.
    public struct Draft: Sendable {
        /// Its name.
        public let id: String
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// The Freight.
        public let freight: String
        /// The only promotion that may use it, if one is named.
        public let promotion: String?
        /// What the policy makes of the wish.
        public let terms: OverrideRequest.Terms
        /// Whether it passes what cannot be told.
        public let coversUnknown: Bool
        /// Why it is asked for.
        public let justification: String
        /// The ticket that it belongs to.
        public let ticket: String?

        /// What is needed to ask for one.
        public init(
            id: String, project: String, stage: String, freight: String, promotion: String?,
            terms: OverrideRequest.Terms, coversUnknown: Bool, justification: String, ticket: String?
        ) {
            self.id = id
            self.project = project
            self.stage = stage
            self.freight = freight
            self.promotion = promotion
            self.terms = terms
            self.coversUnknown = coversUnknown
            self.justification = justification
            self.ticket = ticket
        }
    }

    private static let insert = Statement(
        """
        insert into overrides (id, project, stage, freight, promotion, bypasses, covers_unknown, justification, ticket,
                               requested_by, token, requested_at, approvals, approve_by, valid_for, review_within)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """)
    private static let agree = Statement(
        "insert into override_approvals (override, subject, token, at, note) values ($1, $2, $3, $4, $5)")
    private static let approve = Statement(
        "update overrides set approved_at = $2, use_by = $3 where id = $1 and approved_at is null and ended_at is null")
    private static let end = Statement(
        """
        update overrides set ended_at = $2, ended_as = $3, ended_by = $4, ended_why = $5
        where id = $1 and consumed_at is null and ended_at is null
        """)
    private static let expire = Statement(
        """
        update overrides set ended_at = $1, ended_as = 'expired'
        where consumed_at is null and ended_at is null and coalesce(use_by, approve_by) <= $1
          and ($2::text is null or project = $2) and ($3::text is null or stage = $3) and ($4::text is null or freight = $4)
        returning id, project, stage, freight
        """)
    private static let consume = Statement(
        """
        update overrides set consumed_at = $2, consumed_by = $3, covers_until = $4,
                             review_due = $2::timestamptz + review_within * interval '1 microsecond'
        where id = $1 and consumed_at is null and ended_at is null and approved_at is not null and use_by > $2
          and (promotion is null or promotion = $3)
        """)
    private static let review = Statement(
        "insert into override_reviews (override, subject, token, at, outcome, note) values ($1, $2, $3, $4, $5, $6)")

    /// Asks for one.
    public static func ask(
        _ draft: Draft, by token: Token, at now: Instant, approveBy: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(draft.id), .text(draft.project), .text(draft.stage), .text(draft.freight),
                .textOrNull(draft.promotion), .texts(draft.terms.bypasses), .bool(draft.coversUnknown),
                .text(draft.justification), .textOrNull(draft.ticket), .int(token.subject.id), .text(token.id),
                .instant(now), .int(Int64(draft.terms.approvals)), .instant(approveBy),
                .int(draft.terms.validFor.microseconds), .int(draft.terms.reviewWithin.microseconds),
            ])
    }

    /// Notes that somebody agrees; the schema refuses whoever asked.
    public static func agree(
        to id: String, by token: Token, note: String?, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            agree, [.text(id), .int(token.subject.id), .text(token.id), .instant(now), .textOrNull(note)])
    }

    /// Lets it be used; the schema refuses where not enough others agreed.
    public static func approve(
        _ id: String, at now: Instant, useBy: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(approve, [.text(id), .instant(now), .instant(useBy)])
    }

    /// Lets nothing come of it any more; false if that is so already.
    public static func end(
        _ id: String, as state: OverrideState, by subject: Subject, because reason: String, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            end, [.text(id), .instant(now), .text(state.rawValue), .int(subject.id), .text(reason)]
        ).affected == 1
    }

    /// Ends those whose time is over, everywhere or for one Freight in a Stage; answers which.
    public static func expire(
        at now: Instant, of place: (project: String, stage: String, freight: String)? = nil,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> [(id: String, project: String, stage: String, freight: String)] {
        try connection.execute(
            expire,
            [.instant(now), .textOrNull(place?.project), .textOrNull(place?.stage), .textOrNull(place?.freight)]
        ).map { (row) throws(PostgresError) in
            (try row.text(0), try row.text(1), try row.text(2), try row.text(3))
        }
    }

    /// Uses it up for a promotion, in the transaction that lets that in; false if it cannot be used.
    public static func consume(
        _ id: String, by promotion: String, at now: Instant, coversUntil: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(consume, [.text(id), .instant(now), .text(promotion), .instant(coversUntil)]).affected
            == 1
    }

    /// Notes what somebody found who had no part in it; the schema refuses whoever had one.
    public static func review(
        _ id: String, by token: Token, _ outcome: ReviewOutcome, note: String, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            review,
            [
                .text(id), .int(token.subject.id), .text(token.id), .instant(now), .text(outcome.rawValue),
                .text(note),
            ])
    }
}
