public import Identity
public import Postgres
public import Time

/// What waits for somebody's word: what others asked for, and what others used.
public enum InboxStore {
    /// What is waited for.
    public enum Kind: String, Sendable {
        /// A yes to a promotion's Freight.
        case approval
        /// A yes to break-glass.
        case override
        /// A look at a use of break-glass.
        case review
        /// A yes to a revision of a project's manifests.
        case revision
        /// A yes to an adjustment of a calendar.
        case adjustment
    }

    /// Something that waits.
    public struct Row: Sendable {
        /// What for.
        public let kind: Kind
        /// The project.
        public let project: String?
        /// The Stage.
        public let stage: String?
        /// The Freight.
        public let freight: String?
        /// The calendar.
        public let calendar: String?
        /// What it is called.
        public let id: String
        /// Who asked; nothing if nobody did.
        public let requestedBy: String?
        /// Since when it has been waiting.
        public let since: Instant
        /// Until when it waits, or by when it is to be done.
        public let due: Instant?
        /// Why it was asked for.
        public let reason: String?
        /// Where a list goes on after it.
        public let cursor: String
    }

    /// A Stage that lets in what some people have said yes to.
    public struct Gate: Sendable {
        let project: String
        let stage: String
        let required: Int
        let validFor: TimeSpan?

        /// A gate of a Stage.
        public init(project: String, stage: String, required: Int, validFor: TimeSpan?) {
            self.project = project
            self.stage = stage
            self.required = required
            self.validFor = validFor
        }
    }

    // $1 now, $2 the token of whoever looks, $3 a limit, $4 projects, $5 Stages, $6 after, $7–$10 gates. Nobody is asked for
    // what the schema would refuse them: what they, or who may be the same person, asked for or had a part in.
    private static let page = Statement(
        """
        with gates as (select * from unnest($7::text[], $8::text[], $9::bigint[], $10::bigint[])
                                  as g (project, stage, required, valid_for)),
        waiting as (
            select 'approval' as kind, p.project, p.stage, p.freight, null as calendar, p.id, p.requested_by,
                   p.requested_with as token, p.requested_at as since, p.wait_until as due, p.justification as reason
            from promotions p
            where p.ended_at is null and p.phase in ('Pending', 'Waiting') and exists (
                select from gates g where g.project = p.project and g.stage = p.stage and g.required > (
                    select count(distinct a.subject) from freight_approvals a
                    where a.project = p.project and a.freight = p.freight and a.stage = p.stage and a.revoked_at is null
                      and a.used_by is null and are_one_person(a.token, p.requested_with) is not true
                      and (g.valid_for = 0 or a.at + g.valid_for * interval '1 microsecond' > $1::timestamptz)))
              and not exists (
                select from freight_approvals a where a.project = p.project and a.freight = p.freight
                  and a.stage = p.stage and a.revoked_at is null and a.used_by is null and are_one_person(a.token, $2)
                  and not exists (
                    select from gates g where g.project = p.project and g.stage = p.stage and g.valid_for > 0
                      and a.at + g.valid_for * interval '1 microsecond' <= $1::timestamptz))
            union all
            select 'override', o.project, o.stage, o.freight, null, o.id, o.requested_by, o.token, o.requested_at,
                   o.approve_by, o.justification
            from overrides o
            where o.consumed_at is null and o.ended_at is null and o.approved_at is null and o.approve_by > $1
              and not exists (select from override_approvals a where a.override = o.id and are_one_person(a.token, $2))
            union all
            select 'review', o.project, o.stage, o.freight, null, o.id, o.requested_by, o.token, o.consumed_at,
                   o.review_due, o.justification
            from overrides o
            where o.consumed_at is not null and not exists (select from override_reviews v where v.override = o.id)
              and not exists (select from override_approvals a
                              where a.override = o.id and are_one_person(a.token, $2))
            union all
            select 'revision', r.project, null, null, null, r.number::text, r.author, r.token, r.written_at, null,
                   r.reason
            from revisions r
            where r.in_force_at is null and r.refused_at is null and $5::text[] is null
              and not exists (select from revision_approvals a
                              where a.project = r.project and a.number = r.number and are_one_person(a.token, $2))
            union all
            select 'adjustment', null, null, null, a.calendar, a.id, a.requested_by, a.token, a.requested_at, null,
                   a.reason
            from adjustments a
            where a.effective_at is null and a.withdrawn_at is null and $4::text[] is null
              and not exists (select from adjustment_approvals p where p.adjustment = a.id and are_one_person(p.token, $2)))
        select w.kind, w.project, w.stage, w.freight, w.calendar, w.id, s.name, w.since, w.due, w.reason, c.cursor
        from waiting w left join subjects s on s.id = w.requested_by,
             lateral (select to_char(w.since at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || '.' || md5(w.kind || w.id)) c (cursor)
        where ($4::text[] is null or w.project = any($4)) and ($5::text[] is null or w.stage = any($5))
          and are_one_person(w.token, $2) is not true
          and ($6::text is null or c.cursor collate "C" > $6)
        order by c.cursor collate "C" limit $3
        """)

    /// What waits for a person, where a grant reaches, the oldest first, from after a cursor.
    public static func page(
        for token: Token, gates: [Gate], after: String?, limit: Int, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        let grant = token.grant
        return try connection.execute(
            page,
            [
                .instant(now), .text(token.id), .int(Int64(limit)),
                grant.projects.map { .texts($0.sorted()) } ?? .null, grant.stages.map { .texts($0.sorted()) } ?? .null,
                .textOrNull(after), .texts(gates.map(\.project)), .texts(gates.map(\.stage)),
                .ints(gates.map { Int64($0.required) }), .ints(gates.map { $0.validFor?.microseconds ?? 0 }),
            ]
        ).map { (row) throws(PostgresError) in try read(row) }
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        guard let kind = Kind(rawValue: try row.text(0)) else {
            throw PostgresError.unexpected("something unknown waits: \(try row.text(0))")
        }
        return Row(
            kind: kind, project: try row.textOrNil(1), stage: try row.textOrNil(2), freight: try row.textOrNil(3),
            calendar: try row.textOrNil(4), id: try row.text(5), requestedBy: try row.textOrNil(6),
            since: try row.instant(7), due: try row.instantOrNil(8), reason: try row.textOrNil(9),
            cursor: try row.text(10))
    }
}
