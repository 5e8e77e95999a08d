public import Identity
public import Postgres
public import Promotions
public import Time

/// Stages that take nothing in, because somebody said so.
public enum StageStore {
    /// Somebody's word that a Stage takes nothing in.
    public struct Disabling: Sendable {
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// Since when.
        public let at: Instant
        /// Who said so.
        public let by: String
        /// Why.
        public let reason: String
        /// Until when it was meant to last.
        public let until: Instant?
        /// When somebody took it back.
        public let endedAt: Instant?

        /// When it no longer holds, as far as that is known.
        public var end: Instant? {
            switch (until, endedAt) {
            case (let until?, let ended?): min(until, ended)
            case (let until, let ended): ended ?? until
            }
        }

        /// As decisions look at it.
        public var forDecisions: Promotions.Disabling {
            Promotions.Disabling(reason: reason, owner: by, start: at, end: end)
        }
    }

    private static let columns =
        "d.project, d.stage, d.at, s.name, d.reason, d.until, d.ended_at from stage_disablings d join subjects s on s.id = d.by"
    // The last of each Stage, also when it has ended: what-if questions are asked of the recent past.
    private static let last = Statement(
        "select distinct on (d.project, d.stage) \(columns) order by d.project, d.stage, d.at desc")
    private static let lastOfOne = Statement(
        "select \(columns) where d.project = $1 and d.stage = $2 order by d.at desc limit 1")
    private static let closeOver = Statement(
        """
        update stage_disablings set ended_at = until, ended_by = by, ended_why = 'its time was over'
        where project = $1 and stage = $2 and ended_at is null and until <= $3
        """)
    private static let disable = Statement(
        """
        insert into stage_disablings (project, stage, at, by, reason, until) values ($1, $2, $3, $4, $5, $6)
        on conflict do nothing
        """)
    private static let enable = Statement(
        """
        update stage_disablings set ended_at = $3, ended_by = $4, ended_why = $5
        where project = $1 and stage = $2 and ended_at is null and (until is null or until > $3)
        """)

    /// The last word on each Stage that was ever disabled.
    public static func last(_ connection: borrowing Connection) throws(PostgresError) -> [Disabling] {
        try connection.execute(last).map { (row) throws(PostgresError) in try read(row) }
    }

    /// The last word on one Stage, if it was ever disabled.
    public static func last(
        of stage: String, in project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Disabling? {
        try connection.execute(lastOfOne, [.text(project), .text(stage)])
            .first { (row) throws(PostgresError) in try read(row) }
    }

    /// Lets a Stage take nothing in; false if somebody said so before, and that still holds.
    public static func disable(
        _ stage: String, in project: String, by subject: Subject, reason: String, until: Instant?, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        _ = try connection.execute(closeOver, [.text(project), .text(stage), .instant(now)])
        return try connection.execute(
            disable,
            [
                .text(project), .text(stage), .instant(now), .int(subject.id), .text(reason), .instantOrNull(until),
            ]
        ).affected == 1
    }

    /// Lets a Stage take Freight in again; false if nobody had disabled it.
    public static func enable(
        _ stage: String, in project: String, by subject: Subject, reason: String, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            enable, [.text(project), .text(stage), .instant(now), .int(subject.id), .text(reason)]
        ).affected == 1
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Disabling {
        Disabling(
            project: try row.text(0), stage: try row.text(1), at: try row.instant(2), by: try row.text(3),
            reason: try row.text(4), until: try row.instantOrNil(5), endedAt: try row.instantOrNil(6))
    }
}
