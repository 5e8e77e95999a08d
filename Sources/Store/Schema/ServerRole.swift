public import Postgres

/// Whether the role that a server connects as can do its work, and cannot alter the log.
public enum ServerRole {
    /// Why the role will not do.
    public struct Unfit: Error, CustomStringConvertible {
        /// What is wrong, and what to do.
        public let description: String
    }

    private static let rights = Statement(
        """
        select current_user,
               exists (select from pg_roles s where s.rolsuper and pg_has_role(current_user, s.oid, 'member')),
               pg_has_role(current_user, c.relowner, 'member'),
               has_table_privilege('audit_events', 'update') or has_table_privilege('audit_events', 'delete')
                 or has_table_privilege('audit_events', 'truncate') or has_table_privilege('audit_events', 'trigger'),
               has_table_privilege('audit_events', 'select') and has_column_privilege('audit_events', 'event', 'insert'),
               exists (select from pg_roles s where s.rolcreaterole and pg_has_role(current_user, s.oid, 'member'))
        from pg_class c where c.oid = 'audit_events'::regclass
        """)
    private static let grantMembership = Statement(
        "select format('grant gatehouse_server to %I', $1::text)")

    /// Refuses a superuser, the owner of the log, and anybody who may change it.
    public static func check(_ connection: borrowing Connection) throws {
        let problem = try connection.execute(rights).first { (row) throws(PostgresError) -> String? in
            let name = try row.text(0)
            if try row.bool(1) {
                return "the database role '\(name)' is a superuser, or can become one, and so can alter the audit log"
            }
            if try row.bool(2) { return "the database role '\(name)' owns the audit log, and can alter it" }
            if try row.bool(3) { return "the database role '\(name)' may change or empty the audit log" }
            if try row.bool(5) {
                return "the database role '\(name)' may make roles, or can become one that may, and so the log's owner"
            }
            guard try row.bool(4) else { return "the database role '\(name)' may not write the audit log" }
            return nil
        }
        guard let problem else { throw Unfit(description: "the audit log's table was not found") }
        if let problem {
            throw Unfit(
                description: problem
                    + ": serve as a plain role that got its rights by 'gatehouse migrate --server-role NAME'")
        }
    }

    /// Gives a login role the rights of a server. Run by the owner.
    public static func grant(to role: String, _ connection: borrowing Connection) throws(PostgresError) {
        // The statement is composed by the database itself, which knows how to quote a name.
        let statement = try connection.execute(grantMembership, [.text(role)])
            .first { (row) throws(PostgresError) in try row.text(0) }
        if let statement { try connection.run(script: statement) }
    }
}
