public import Identity
public import Postgres
public import Time

/// Subjects and their names.
public enum SubjectStore {
    /// What a name leads to.
    public enum Finding: Sendable {
        /// A subject of exactly this name, but for case and form.
        case found(Subject)
        /// Another name looks the same.
        case confusable(with: String)
        /// Nobody.
        case free
    }

    private static let byName = Statement(
        """
        select n.folded = $2, n.written, s.id, s.name, s.kind
        from subject_names n join subjects s on s.id = n.subject where n.skeleton = $1 or n.folded = $2
        order by n.folded = $2 desc limit 1
        """)
    private static let insertSubject = Statement(
        "insert into subjects (name, kind, created_at, created_by) values ($1, $2, $3, $4) returning id")
    private static let insertName = Statement(
        "insert into subject_names (skeleton, folded, written, subject) values ($1, $2, $3, $4)")
    private static let otherNames = Statement(
        "select written from subject_names where subject = $1 and written <> $2 order by written")

    private static let newest = Statement("select name from subjects order by id desc limit $1")

    /// The names of subjects, the newest first.
    public static func names(limit: Int, _ connection: borrowing Connection) throws(PostgresError) -> [String] {
        try connection.execute(newest, [.int(Int64(limit))]).map { (row) throws(PostgresError) in try row.text(0) }
    }

    /// Looks a name up.
    public static func find(_ name: SubjectName, _ connection: borrowing Connection) throws(PostgresError) -> Finding {
        let found = try connection.execute(byName, [.text(name.skeleton), .text(name.folded)])
            .first { (row) throws(PostgresError) -> Finding in
                guard try row.bool(0) else { return .confusable(with: try row.text(1)) }
                return .found(
                    Subject(id: try row.int(2), name: try row.text(3), kind: try TokenStore.kind(row.text(4))))
            }
        return found ?? .free
    }

    /// Adds a subject under its first name; a name that became taken meanwhile is a violation of uniqueness.
    public static func add(
        _ name: SubjectName, kind: Subject.Kind, at: Instant, by creator: Subject?, _ connection: borrowing Connection
    ) throws(PostgresError) -> Subject {
        let id = try connection.execute(
            insertSubject, [.text(name.written), .text(kind.rawValue), .instant(at), .intOrNull(creator?.id)]
        ).first { (row) throws(PostgresError) in try row.int(0) }
        guard let id else { throw PostgresError.unexpected("no id came back for a new subject") }
        let subject = Subject(id: id, name: name.written, kind: kind)
        try addName(name, of: subject, connection)
        return subject
    }

    /// Gives a subject a further name.
    public static func addName(
        _ name: SubjectName, of subject: Subject, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insertName, [.text(name.skeleton), .text(name.folded), .text(name.written), .int(subject.id)])
    }

    /// The names beside the first one.
    public static func otherNames(of subject: Subject, _ connection: borrowing Connection) throws(PostgresError)
        -> [String]
    {
        try connection.execute(otherNames, [.int(subject.id), .text(subject.name)])
            .map { (row) throws(PostgresError) in try row.text(0) }
    }
}
