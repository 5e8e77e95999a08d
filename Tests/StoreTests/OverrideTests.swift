import Postgres
import PostgresTesting
import Testing
import Time

@testable import Store

/// Anna asked for two; ben, whose token somebody else made, may agree. The ninth's token was made by anna.
private let people = """
    insert into subjects (name, kind, created_at)
        select name, 'person', now() from unnest(array['root', 'anna', 'ben', 'carl']) with ordinality as t(name, n) order by n;
    insert into subjects (name, kind, created_at) values ('bot', 'robot', now()), ('dora', 'person', now());
    insert into tokens (id, name, subject, kind, hash, roles, is_bootstrap, created_at, created_by, created_with) values
        ('aaaaaaaaaaaaaaaa', 'root', 1, 'person', sha256('1'), '{admin}', true, now(), null, null),
        ('bbbbbbbbbbbbbbbb', 'anna', 2, 'person', sha256('2'), '{operator}', false, now(), 1, 'aaaaaaaaaaaaaaaa'),
        ('cccccccccccccccc', 'ben', 3, 'person', sha256('3'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa'),
        ('dddddddddddddddd', 'carl, by anna', 4, 'person', sha256('4'), '{approver}', false, now(), 2, 'bbbbbbbbbbbbbbbb'),
        ('eeeeeeeeeeeeeeee', 'bot, by ben', 5, 'robot', sha256('5'), '{operator}', false, now(), 3, 'cccccccccccccccc'),
        ('ffffffffffffffff', 'dora', 6, 'person', sha256('6'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa');
    insert into projects (name, created_at) values ('oracle', now());
    insert into freight (project, id, warehouse, discovered_at, artifacts)
        values ('oracle', repeat('f', 40), 'market', now(), '{}'), ('oracle', repeat('e', 40), 'market', now(), '{}');
    insert into promotions (id, project, stage, freight, warehouse, kind, phase, requested_at, requested_by, requested_with)
        values ('p1', 'oracle', 'paper', repeat('f', 40), 'market', 'person', 'Pending', now(), 2, 'bbbbbbbbbbbbbbbb');
    insert into overrides (id, project, stage, freight, bypasses, covers_unknown, justification, requested_by, token,
                           requested_at, approvals, approve_by, valid_for, review_within)
        values ('aaaaaaaaaaaaaaaa', 'oracle', 'paper', repeat('f', 40), '{market-hours}', false, 'fills', 2,
                'bbbbbbbbbbbbbbbb', '2026-11-20 15:00Z', 1, '2026-11-20 16:00Z', 60000000, 1000000),
               ('bbbbbbbbbbbbbbbb', 'oracle', 'paper', repeat('e', 40), '{market-hours}', false, 'fills', 5,
                'eeeeeeeeeeeeeeee', '2026-11-20 15:00Z', 0, '2026-11-20 16:00Z', 60000000, 1000000);
    """

private let ben =
    "insert into override_approvals (override, subject, token, at) values ('aaaaaaaaaaaaaaaa', 3, 'cccccccccccccccc', now());"
private let approved =
    ben + """
         update overrides set approved_at = '2026-11-20 15:10Z', use_by = '2026-11-20 15:11Z' where id = 'aaaaaaaaaaaaaaaa';
        """
private let consumed =
    approved + """
         update overrides set consumed_at = '2026-11-20 15:10:30Z', consumed_by = 'p1', covers_until = '2026-11-20 16:10Z',
                              review_due = '2026-11-23 15:10Z' where id = 'aaaaaaaaaaaaaaaa';
        """

/// What holds of break-glass whatever a program does.
@Suite struct OverrideTests {
    private nonisolated(nonsending) func withPeople<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await withTables { connection in
            try connection.run(script: people)
            return try body(connection)
        }
    }

    /// How a script fails; nothing if it does not.
    private static func failure(_ script: String, _ connection: borrowing Connection) throws -> String? {
        do {
            try connection.transaction { connection in
                try connection.run(script: script)
                throw Undone()
            }
        } catch let error as PostgresError {
            return error.sqlState
        } catch is Undone {
            return nil
        }
        return nil
    }

    private struct Undone: Error {}

    private static let refused = "23514"
    private static let final = "42501"

    @Test(
        arguments: [
            (
                "an approver who asked",
                "insert into override_approvals (override, subject, token, at) values ('aaaaaaaaaaaaaaaa', 2, 'bbbbbbbbbbbbbbbb', now())",
                refused
            ),
            (
                "a token that the asker made",
                "insert into override_approvals (override, subject, token, at) values ('aaaaaaaaaaaaaaaa', 4, 'dddddddddddddddd', now())",
                refused
            ),
            (
                "whoever made the asking robot's token",
                "insert into override_approvals (override, subject, token, at) values ('bbbbbbbbbbbbbbbb', 3, 'cccccccccccccccc', now())",
                refused
            ),
            (
                "a robot",
                "insert into override_approvals (override, subject, kind, token, at) values ('aaaaaaaaaaaaaaaa', 5, 'robot', 'eeeeeeeeeeeeeeee', now())",
                refused
            ),
            ("the same person twice", ben + ben, "23505"),
            ("somebody else", ben, nil),
            (
                "approved by nobody",
                "update overrides set approved_at = '2026-11-20 15:10Z', use_by = '2026-11-20 15:11Z' where id = 'aaaaaaaaaaaaaaaa'",
                refused
            ),
            (
                "approved too late",
                ben
                    + "update overrides set approved_at = '2026-11-20 16:00Z', use_by = '2026-11-20 16:11Z' where id = 'aaaaaaaaaaaaaaaa'",
                refused
            ),
            (
                "approved for longer",
                approved + "update overrides set use_by = '2026-11-20 19:00Z' where id = 'aaaaaaaaaaaaaaaa'", final
            ),
            (
                "a second one",
                "insert into overrides select 'cccccccccccccccc', project, stage, freight, null, bypasses, covers_unknown, justification, null, requested_by, token, requested_at, approvals, approve_by, valid_for, review_within from overrides where id = 'aaaaaaaaaaaaaaaa'",
                "23505"
            ),
            (
                "used before it is approved",
                "update overrides set consumed_at = '2026-11-20 15:10:30Z', consumed_by = 'p1', covers_until = '2026-11-20 16:10Z', review_due = '2026-11-23 15:10Z' where id = 'aaaaaaaaaaaaaaaa'",
                refused
            ),
            ("used", consumed, nil),
            (
                "used and then forgotten",
                consumed
                    + "update overrides set consumed_at = null, consumed_by = null, covers_until = null, review_due = null where id = 'aaaaaaaaaaaaaaaa'",
                final
            ),
            (
                "used and then revoked",
                consumed
                    + "update overrides set ended_at = now(), ended_as = 'revoked', ended_by = 3, ended_why = 'x' where id = 'aaaaaaaaaaaaaaaa'",
                final
            ),
            ("removed", "delete from overrides", final),
            ("an approval changed", ben + "update override_approvals set note = 'x'", final),
            (
                "a review before its use",
                approved
                    + "insert into override_reviews (override, subject, token, at, outcome, note) values ('aaaaaaaaaaaaaaaa', 1, 'aaaaaaaaaaaaaaaa', now(), 'justified', 'x')",
                refused
            ),
            (
                "a review by whoever asked",
                consumed
                    + "insert into override_reviews (override, subject, token, at, outcome, note) values ('aaaaaaaaaaaaaaaa', 2, 'bbbbbbbbbbbbbbbb', now(), 'justified', 'x')",
                refused
            ),
            (
                "a review by whoever agreed",
                consumed
                    + "insert into override_reviews (override, subject, token, at, outcome, note) values ('aaaaaaaaaaaaaaaa', 3, 'cccccccccccccccc', now(), 'justified', 'x')",
                refused
            ),
            (
                "a review by whoever made the asker's token",
                consumed
                    + "insert into override_reviews (override, subject, token, at, outcome, note) values ('aaaaaaaaaaaaaaaa', 1, 'aaaaaaaaaaaaaaaa', now(), 'justified', 'x')",
                refused
            ),
            (
                "whoever made the asking person's token",
                "insert into override_approvals (override, subject, token, at) values ('aaaaaaaaaaaaaaaa', 1, 'aaaaaaaaaaaaaaaa', now())",
                refused
            ),
            (
                "a review by another person",
                consumed
                    + "insert into override_reviews (override, subject, token, at, outcome, note) values ('aaaaaaaaaaaaaaaa', 6, 'ffffffffffffffff', now(), 'justified', 'x')",
                nil
            ),
        ] as [(String, String, String?)])
    func theSchemaKnowsWhoIsAnotherPersonAndThatNothingGoesBack(_ what: String, _ script: String, _ state: String?)
        async throws
    {
        let found = try await withPeople { connection in try Self.failure(script, connection) }
        #expect(found == state, "\(what)")
    }

    @Test func theLastMicrosecondCountsAndTheOneAfterDoesNot() async throws {
        let end = try Instant(parsing: "2026-11-20T15:11:00Z")
        let used = try await withPeople { connection in
            try connection.run(script: approved)
            return try [
                end, end + TimeSpan(microseconds: 1), end + TimeSpan(microseconds: -1),
                end + TimeSpan(microseconds: -1),
            ].map { now in
                try OverrideStore.consume(
                    "aaaaaaaaaaaaaaaa", by: "p1", at: now, coversUntil: now + .hours(1), connection)
            }
        }
        #expect(used == [false, false, true, false])
    }

    /// The second try of the third did something, the second try of the first did not.
    @Test func aTryInheritsUnlessAnotherDidSomething() async throws {
        let found = try await withPeople { connection in
            let add = """
                insert into promotions (id, project, stage, freight, warehouse, kind, phase, code, requested_at, requested_by,
                    requested_with, retry_of, started_at, ended_at)
                select id, 'oracle', 'paper', repeat('f', 40), 'market', 'person', 'Failed', 'promotion.degraded', now(), 2,
                    'bbbbbbbbbbbbbbbb', of, now(), now()
                from (values ('p2', 'p1'), ('p3', 'p2'), ('p4', 'p1')) as t (id, of);
                """
            try connection.run(script: add)
            let before = try OverrideStore.inherits("p3", from: "p1", connection)
            try connection.run(
                script: """
                    insert into deployments (project, stage, warehouse, freight, promotion, at)
                    values ('oracle', 'paper', 'market', repeat('f', 40), 'p2', now())
                    """)
            return (
                before, try ["p2", "p3", "p4"].map { try OverrideStore.inherits($0, from: "p1", connection) },
                try OverrideStore.inherits("p1", from: "p4", connection)
            )
        }
        #expect(found.0)
        // Whoever did something goes on; nobody else does, in its place or beside it.
        #expect(found.1 == [true, false, false])
        #expect(!found.2)
    }

    /// The second try had what the first one had used, the third did not need it; a deployer outside had it at a later check.
    @Test func allByWhichAPromotionWentAreFound() async throws {
        let found = try await withPeople { connection in
            try connection.run(
                script: consumed + """
                     update overrides set approved_at = '2026-11-20 15:20Z', use_by = '2026-11-20 15:21Z' where id = 'bbbbbbbbbbbbbbbb';
                    update overrides set consumed_at = '2026-11-20 15:20:30Z', consumed_by = 'p1',
                        covers_until = '2026-11-20 16:20Z', review_due = '2026-11-23 15:20Z' where id = 'bbbbbbbbbbbbbbbb';
                    insert into audit_events (at, code, actor, project, stage, freight, promotion, event)
                    select now(), code, 'gatehouse', 'oracle', 'paper', 'f', promotion,
                           convert_to('{"details":' || details || '}', 'UTF8')
                    from (values
                        ('p2', 'promotion.requested', '{}'),
                        ('p2', 'promotion.started', '{"override":{"id":"aaaaaaaaaaaaaaaa","needed":true}}'),
                        ('p2', 'promotion.started', '{"phase":"Running"}'),
                        ('p3', 'promotion.started', '{"override":{"id":"aaaaaaaaaaaaaaaa","needed":false}}'),
                        ('p4', 'decision.allowed', '{"override":"bbbbbbbbbbbbbbbb","covers":["market-hours"]}'),
                        ('p5', 'decision.allowed', '{"override":"bbbbbbbbbbbbbbbb","covers":[]}'))
                        as t (promotion, code, details);
                    """)
            return try OverrideStore.used(by: ["p1", "p2", "p3", "p4", "p5"], connection).mapValues { $0.map(\.id) }
        }
        let (first, second) = ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb")
        #expect(found == ["p1": [first, second], "p2": [first], "p4": [second]])
    }

    @Test func onlyThePromotionThatWasNamedUsesIt() async throws {
        let now = try Instant(parsing: "2026-11-20T15:10:10Z")
        let used = try await withPeople { connection in
            try connection.run(
                script: """
                    insert into overrides (id, project, stage, freight, promotion, bypasses, covers_unknown, justification,
                        requested_by, token, requested_at, approvals, approve_by, valid_for, review_within)
                    values ('cccccccccccccccc', 'oracle', 'live', repeat('f', 40), 'ci-7', '{market-hours}', false, 'fills', 2,
                            'bbbbbbbbbbbbbbbb', '2026-11-20 15:00Z', 0, '2026-11-20 16:00Z', 60000000, 1000000);
                    update overrides set approved_at = '2026-11-20 15:10Z', use_by = '2026-11-20 15:11Z' where id = 'cccccccccccccccc'
                    """)
            return try OverrideStore.consume(
                "cccccccccccccccc", by: "p1", at: now, coversUntil: now + .hours(1), connection)
        }
        #expect(!used)
    }
}
