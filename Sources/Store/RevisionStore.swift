public import Identity
public import Postgres
public import Time

/// Projects, and every desired state that was written for them.
public enum RevisionStore {
    /// A revision, as it is kept.
    public struct Row: Sendable {
        /// What became of a revision.
        public enum State: String, Sendable {
            /// It waits for others to agree.
            case pending
            /// It is in force.
            case active
            /// It was in force.
            case superseded
            /// Somebody said no, or a later one came first.
            case rejected
        }

        /// The project.
        public let project: String
        /// Its number.
        public let number: Int64
        /// The hash of its manifests.
        public let hash: [UInt8]
        /// Why.
        public let reason: String?
        /// Whether it lets more through.
        public let loosens: Bool
        /// Who wrote it.
        public let author: Subject
        /// When.
        public let writtenAt: Instant
        /// How many others must agree.
        public let approvals: Int
        /// Who agreed.
        public let approvedBy: [String]
        /// When it came into force.
        public let inForceAt: Instant?
        /// Why it never will.
        public let refusedWhy: String?
        /// What became of it.
        public let state: State
    }

    /// What a revision says.
    public struct Content: Sendable {
        /// The manifests, in their canonical form.
        public let document: String
        /// What they changed.
        public let diff: String
    }

    /// What is needed to write one.
    public struct Draft: Sendable {
        /// The project.
        public let project: String
        /// Its number.
        public let number: Int64
        /// The manifests, in their canonical form.
        public let document: String
        /// Their hash.
        public let hash: [UInt8]
        /// What it changes.
        public let diff: String
        /// Why.
        public let reason: String?
        /// Whether it lets more through.
        public let loosens: Bool
        /// How many others must agree.
        public let approvals: Int

        /// What is needed to write one.
        public init(
            project: String, number: Int64, document: String, hash: [UInt8], diff: String, reason: String?,
            loosens: Bool, approvals: Int
        ) {
            self.project = project
            self.number = number
            self.document = document
            self.hash = hash
            self.diff = diff
            self.reason = reason
            self.loosens = loosens
            self.approvals = approvals
        }
    }

    /// The state in force of a project.
    public struct Active: Sendable {
        /// The project.
        public let project: String
        /// The revision's number; 0 before the first is in force.
        public let number: Int64
        /// The manifests; nothing before the first is in force.
        public let document: String?
    }

    private static let columns = """
        r.project, r.number, r.hash, r.reason, r.loosens, s.id, s.name, s.kind, r.written_at,
        r.approvals, array(select a.name from revision_approvals ra join subjects a on a.id = ra.subject
                           where ra.project = r.project and ra.number = r.number order by ra.at),
        r.in_force_at, r.refused_why,
        case when r.refused_at is not null then 'rejected' when r.in_force_at is null then 'pending'
             when p.revision = r.number then 'active' else 'superseded' end
        from revisions r join projects p on p.name = r.project join subjects s on s.id = r.author
        """
    private static let active = Statement(
        """
        select p.name, coalesce(p.revision, 0), r.document
        from projects p left join revisions r on r.project = p.name and r.number = p.revision order by p.name
        """)
    private static let one = Statement("select \(columns) where r.project = $1 and r.number = $2")
    private static let content = Statement("select document, diff from revisions where project = $1 and number = $2")
    private static let current = Statement("select \(columns) where r.project = $1 and r.number = p.revision")
    private static let pending = Statement(
        "select \(columns) where r.project = $1 and r.in_force_at is null and r.refused_at is null")
    private static let page = Statement(
        "select \(columns) where r.project = $1 and ($2::bigint is null or r.number < $2) order by r.number desc limit $3"
    )
    private static let addProject = Statement(
        "insert into projects (name, created_at) values ($1, $2) on conflict do nothing")
    private static let last = Statement("select coalesce(max(number), 0) from revisions where project = $1")
    private static let insert = Statement(
        """
        insert into revisions (project, number, document, hash, diff, reason, loosens, author, token, written_at, approvals)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """)
    private static let approve = Statement(
        "insert into revision_approvals (project, number, subject, token, at) values ($1, $2, $3, $4, $5)")
    private static let putInForce = Statement(
        "update revisions set in_force_at = $3 where project = $1 and number = $2 and in_force_at is null")
    private static let point = Statement("update projects set revision = $2 where name = $1")
    private static let refuse = Statement(
        """
        update revisions set refused_at = $3, refused_by = $4, refused_why = $5
        where project = $1 and number = $2 and in_force_at is null and refused_at is null
        """)

    /// The states in force, of all projects.
    public static func active(_ connection: borrowing Connection) throws(PostgresError) -> [Active] {
        try connection.execute(active).map { (row) throws(PostgresError) in
            Active(project: try row.text(0), number: try row.int(1), document: try row.textOrNil(2))
        }
    }

    /// One revision.
    public static func revision(
        _ number: Int64, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Row? {
        try connection.execute(one, [.text(project), .int(number)])
            .first { (row) throws(PostgresError) in try read(row) }
    }

    /// What a revision says; lists leave it out, since it may be long.
    public static func content(
        of number: Int64, of project: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> Content? {
        try connection.execute(content, [.text(project), .int(number)])
            .first { (row) throws(PostgresError) in Content(document: try row.text(0), diff: try row.text(1)) }
    }

    /// The revision in force.
    public static func current(of project: String, _ connection: borrowing Connection) throws(PostgresError) -> Row? {
        try connection.execute(current, [.text(project)]).first { (row) throws(PostgresError) in try read(row) }
    }

    /// The revision that waits for others to agree.
    public static func pending(of project: String, _ connection: borrowing Connection) throws(PostgresError) -> Row? {
        try connection.execute(pending, [.text(project)]).first { (row) throws(PostgresError) in try read(row) }
    }

    /// Revisions, the newest first, before the one given.
    public static func page(
        of project: String, before: Int64?, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Row] {
        try connection.execute(page, [.text(project), .intOrNull(before), .int(Int64(limit))])
            .map { (row) throws(PostgresError) in try read(row) }
    }

    /// Makes sure that there is such a project.
    public static func addProject(_ name: String, at now: Instant, _ connection: borrowing Connection)
        throws(PostgresError)
    {
        _ = try connection.execute(addProject, [.text(name), .instant(now)])
    }

    /// The last number that was given out; the caller holds the project's lock.
    public static func lastNumber(of project: String, _ connection: borrowing Connection) throws(PostgresError) -> Int64
    {
        try connection.execute(last, [.text(project)]).first { (row) throws(PostgresError) in try row.int(0) } ?? 0
    }

    /// Writes a revision down; it is not in force.
    public static func add(
        _ draft: Draft, by author: Token, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(draft.project), .int(draft.number), .text(draft.document), .bytes(draft.hash), .text(draft.diff),
                .textOrNull(draft.reason), .bool(draft.loosens), .int(author.subject.id), .text(author.id),
                .instant(now), .int(Int64(draft.approvals)),
            ])
    }

    /// Notes that somebody agrees.
    public static func approve(
        _ number: Int64, of project: String, by token: Token, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            approve, [.text(project), .int(number), .int(token.subject.id), .text(token.id), .instant(now)])
    }

    /// Puts a revision in force.
    public static func putInForce(
        _ number: Int64, of project: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(putInForce, [.text(project), .int(number), .instant(now)])
        _ = try connection.execute(point, [.text(project), .int(number)])
    }

    /// Notes that a revision will never be in force; false if it is, or was refused already.
    public static func refuse(
        _ number: Int64, of project: String, by subject: Subject, reason: String, at now: Instant,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(
            refuse, [.text(project), .int(number), .instant(now), .int(subject.id), .text(reason)]
        ).affected == 1
    }

    private static func read(_ row: borrowing Postgres.Row) throws(PostgresError) -> Row {
        guard let state = Row.State(rawValue: try row.text(13)) else {
            throw PostgresError.unexpected("'\(try row.text(13))' is no state of a revision")
        }
        return Row(
            project: try row.text(0), number: try row.int(1), hash: try row.bytes(2), reason: try row.textOrNil(3),
            loosens: try row.bool(4),
            author: Subject(id: try row.int(5), name: try row.text(6), kind: try TokenStore.kind(row.text(7))),
            writtenAt: try row.instant(8), approvals: Int(try row.int(9)), approvedBy: try row.texts(10),
            inForceAt: try row.instantOrNil(11), refusedWhy: try row.textOrNil(12), state: state)
    }
}
