public import Postgres
public import Time

extension RevisionStore {
    /// A revision, in the time in which it was in force.
    public struct InForce: Sendable {
        /// The project.
        public let project: String
        /// The manifests, in their canonical form.
        public let document: String
        /// Since when.
        public let from: Instant
        /// Until when; nothing if it is in force.
        public let until: Instant?
    }

    private static let inForce = Statement(
        """
        select r.project, r.document, r.in_force_at, r.until
        from (select project, document, in_force_at,
                     lead(in_force_at) over (partition by project order by in_force_at, number) as until
              from revisions where in_force_at is not null and ($1::text is null or project = $1)) r
        where r.in_force_at < $3 and (r.until is null or r.until > $2) and position($4 in r.document) > 0
        order by r.project, r.in_force_at
        """)

    /// Revisions that were in force in a span of time, of a project or all, and in whose manifests a text stands.
    public static func inForce(
        in project: String?, from: Instant, to: Instant, containing text: String, _ connection: borrowing Connection
    ) throws(PostgresError) -> [InForce] {
        try connection.execute(inForce, [.textOrNull(project), .instant(from), .instant(to), .text(text)])
            .map { (row) throws(PostgresError) in
                InForce(
                    project: try row.text(0), document: try row.text(1), from: try row.instant(2),
                    until: try row.instantOrNil(3))
            }
    }
}
