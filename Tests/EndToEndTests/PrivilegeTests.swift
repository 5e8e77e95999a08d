import Testing

/// Who may do what with the log, as each role of the database: the owner and superusers are refused by triggers, and what
/// they can do all the same stands here, too.
@Suite struct PrivilegeTests {
    private static let tables = [
        "audit_events", "audit_leaves", "audit_nodes", "audit_checkpoints", "audit_keys", "audit_rollbacks",
        "audit_rollback_approvals",
    ]

    /// A row in each table that a row is needed in for its triggers to fire.
    private static let rows = """
        insert into audit_events (at, code, actor, event) values (now(), 'a.b', 'x', '{}');
        insert into audit_leaves values (0, 1, sha256('a'));
        insert into audit_nodes values (8, 0, sha256('a'));
        insert into audit_checkpoints (size, root, note, below) values (1, sha256('a'), 'note', '1');
        insert into audit_keys (key) values ('key');
        insert into subjects (name, kind, created_at) values
            ('ada', 'person', now()), ('ben', 'person', now()), ('carl', 'person', now());
        insert into tokens (id, name, subject, kind, hash, roles, is_bootstrap, created_at) values
            ('aaaaaaaaaaaaaaaa', 'ada', 1, 'person', sha256('1'), '{admin}', true, now());
        insert into tokens (id, name, subject, kind, hash, roles, is_bootstrap, created_at, created_by, created_with) values
            ('bbbbbbbbbbbbbbbb', 'ben', 2, 'person', sha256('2'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa'),
            ('cccccccccccccccc', 'ada by ben', 1, 'person', sha256('3'), '{approver}', false, now(), 2, 'bbbbbbbbbbbbbbbb'),
            ('dddddddddddddddd', 'carl', 3, 'person', sha256('4'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa');
        insert into audit_rollbacks (id, size, root, known, reason, subject, token)
            values ('aaaaaaaaaaaaaaaa', 0, sha256('a'), 'note', 'why', 1, 'aaaaaaaaaaaaaaaa');
        """

    private nonisolated(nonsending) func withLog(
        _ body: nonisolated(nonsending) (ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServiceDatabase { database in
            try await database.run(Self.rows)
            try await body(database)
        }
    }

    private static func changes(of table: String) -> [String] {
        let column = [
            "audit_events": "actor", "audit_leaves": "hash", "audit_nodes": "hash", "audit_checkpoints": "note",
            "audit_keys": "key", "audit_rollbacks": "reason", "audit_rollback_approvals": "token",
        ][table, default: ""]
        return [
            "update \(table) set \(column) = \(column)", "delete from \(table)", "truncate \(table)",
            "truncate \(table) cascade",
        ]
    }

    @Test(arguments: tables) func aServerMayChangeNothing(table: String) async throws {
        try await withLog { database in
            for sql in Self.changes(of: table) {
                let said = await refusal(database, as: database.serverURL, sql)
                #expect(said?.contains("permission denied") == true, "\(sql): \(said ?? "done")")
            }
        }
    }

    @Test(arguments: [
        (
            "insert into audit_leaves values (0, 1, sha256('b')) on conflict (leaf) do update set hash = excluded.hash",
            "permission denied"
        ),
        ("alter table audit_events disable trigger user", "must be owner"),
        ("alter table audit_leaves disable trigger all", "must be owner"),
        ("set session_replication_role = replica", "permission denied"),
        ("set role gatehouse_owner", "permission denied"),
        (
            "insert into audit_events (xact, at, code, actor, event) values ('1', now(), 'a.b', 'x', '{}')",
            "permission denied"
        ),
        (
            "insert into audit_checkpoints (size, root, note, below, at) values (2, sha256('a'), 'n', '1', now())",
            "permission denied"
        ),
        ("insert into audit_leaves values (0, 2, sha256('b'))", "duplicate key"),
        ("insert into audit_leaves values (1, 1, sha256('b'))", "duplicate key"),
    ])
    func aServerMayNotGoRoundThat(sql: String, reason: String) async throws {
        try await withLog { database in
            let said = await refusal(database, as: database.serverURL, sql)
            #expect(said?.contains(reason) == true, "\(said ?? "done")")
        }
    }

    @Test(arguments: tables) func theOwnerIsRefusedByTriggersAsSuperusersAreWhoReplayChanges(table: String) async throws
    {
        try await withLog { database in
            // One that somebody else agreed to.
            try await database.run(
                """
                insert into audit_rollbacks (id, size, root, known, reason, subject, token)
                    values ('bbbbbbbbbbbbbbbb', 0, sha256('a'), 'note', 'why', 2, 'bbbbbbbbbbbbbbbb');
                insert into audit_rollback_approvals (rollback, subject, token)
                    values ('bbbbbbbbbbbbbbbb', 3, 'dddddddddddddddd');
                """)
            for sql in Self.changes(of: table) {
                let replay = "set session_replication_role = replica; \(sql)"
                for (url, sql) in [(database.ownerURL, sql), (database.superuserURL, replay)] {
                    let said = await refusal(database, as: url, sql) ?? "done"
                    // A table that others refer to is not even looked at.
                    #expect(said.contains("is append-only") || said.contains("cannot truncate"), "\(sql): \(said)")
                }
            }
        }
    }

    /// This is why a server that is the owner, or a superuser, is refused; and why a checkpoint is kept elsewhere.
    @Test func whoeverTakesTheTriggersAwayCanChangeTheLog() async throws {
        try await withLog { database in
            for url in [database.ownerURL, database.superuserURL] {
                let sql = "begin; alter table audit_events disable trigger user; delete from audit_events; rollback"
                await #expect(refusal(database, as: url, sql) == nil)
            }
        }
    }

    /// With it, and without a rule, everybody would read no rows: a silent empty log.
    @Test func noTableHidesRows() async throws {
        try await withServiceDatabase { database in
            try await #expect(database.number("select count(*) from pg_class where relrowsecurity") == 0)
        }
    }

    /// Ben's token was made by Ada, and Ada has one that Ben made.
    @Test(arguments: [(1, "aaaaaaaaaaaaaaaa"), (2, "bbbbbbbbbbbbbbbb"), (1, "cccccccccccccccc")])
    func nobodyAcceptsALogThatTheyAskedFor(subject: Int, token: String) async throws {
        try await withLog { database in
            let sql = """
                insert into audit_rollback_approvals (rollback, subject, token)
                    values ('aaaaaaaaaaaaaaaa', \(subject), '\(token)')
                """
            for url in [database.serverURL, database.ownerURL] {
                let said = await refusal(database, as: url, sql)
                #expect(said?.contains("one person has one word") == true)
            }
        }
    }
}
