public import Identity
public import Postgres
public import Time

/// People's yes to Freight in a Stage.
public enum ApprovalStore {
    private static let insert = Statement(
        """
        insert into freight_approvals (id, project, freight, stage, subject, token, at, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """)

    /// Notes that somebody says yes.
    public static func add(
        _ id: String, to freight: String, in stage: String, of project: String, by token: Token, note: String,
        at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) {
        _ = try connection.execute(
            insert,
            [
                .text(id), .text(project), .text(freight), .text(stage), .int(token.subject.id), .text(token.id),
                .instant(now), .text(note),
            ])
    }
}
