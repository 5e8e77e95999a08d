import Identity
import Postgres
import PostgresTesting
import Promotions
import Testing
import Time

@testable import Store

/// Ada asks, Ben and Carla approve; who made whose token differs.
private let people = """
    insert into subjects (name, kind, created_at)
        select name, 'person', now() from unnest(array['ada', 'ben', 'carla', 'dora']) with ordinality as t(name, n)
        order by n;
    insert into tokens (id, name, subject, kind, hash, roles, is_bootstrap, created_at, created_by, created_with) values
        ('aaaaaaaaaaaaaaaa', 'ada', 1, 'person', sha256('1'), '{admin}', true, now(), null, null),
        ('bbbbbbbbbbbbbbbb', 'ben, by ada', 2, 'person', sha256('2'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa'),
        ('cccccccccccccccc', 'carla, by that', 3, 'person', sha256('3'), '{approver}', false, now(), 2, 'bbbbbbbbbbbbbbbb'),
        ('dddddddddddddddd', 'dora', 4, 'person', sha256('4'), '{approver}', false, now(), 3, 'cccccccccccccccc');
    insert into projects (name, created_at) values ('oracle', now());
    insert into freight (project, id, warehouse, discovered_at, artifacts)
        values ('oracle', repeat('f', 40), 'market', now(), '{}');
    insert into freight_approvals (id, project, freight, stage, subject, token, at, note) values
        ('aaaaaaaaaaaaaaaa', 'oracle', repeat('f', 40), 'live', 1, 'aaaaaaaaaaaaaaaa', now(), 'her own'),
        ('bbbbbbbbbbbbbbbb', 'oracle', repeat('f', 40), 'live', 2, 'bbbbbbbbbbbbbbbb', now(), 'by her token'),
        ('cccccccccccccccc', 'oracle', repeat('f', 40), 'live', 3, 'cccccccccccccccc', now(), 'by one that goes back to it'),
        ('dddddddddddddddd', 'oracle', repeat('f', 40), 'paper', 4, 'dddddddddddddddd', now(), 'elsewhere');
    """

@Suite struct ApprovalTests {
    private static let freight = String(repeating: "f", count: 40)

    private nonisolated(nonsending) func withPeople<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await withTables { connection in
            try connection.run(script: people)
            return try body(connection)
        }
    }

    private static func counting(
        _ requester: String?, in stage: String = "live", _ connection: borrowing Connection
    ) throws -> [String] {
        let given = try FreightStanding.approvals(of: [freight], in: stage, of: "oracle", connection)
        return given[freight, default: []].filter { $0.counts(for: requester) }.map(\.approval.subject)
    }

    private struct Outcome {
        let revoked: [Bool]
        let counting: [String]
        let all: [ApprovalStore.Approval]
        let valid: [ApprovalStore.Approval]
    }

    private static func revoke(_ connection: borrowing Connection) throws -> Bool {
        try ApprovalStore.revoke(
            "aaaaaaaaaaaaaaaa", of: freight, in: "oracle", by: Subject(id: 3, name: "carla", kind: .person),
            because: "too early", at: Instant(parsing: "2099-01-01T00:00:00Z"), connection)
    }

    @Test func nobodysOwnYesCountsNorOneByATokenThatGoesBackToThem() async throws {
        let counting = try await withPeople { connection in
            [
                try Self.counting("ada", connection), try Self.counting("ben", connection),
                try Self.counting("dora", connection), try Self.counting(nil, connection),
                try Self.counting("ada", in: "paper", connection), try Self.counting("carla", in: "paper", connection),
            ]
        }
        #expect(
            counting == [
                [], ["ada"], ["ada", "ben", "carla"], ["ada", "ben", "carla"], [], [],
            ])
    }

    @Test func aYesThatWasTakenBackCountsNoMoreAndStaysSo() async throws {
        let outcome = try await withPeople { connection in
            Outcome(
                revoked: [try Self.revoke(connection), try Self.revoke(connection)],
                counting: try Self.counting(nil, connection),
                all: try ApprovalStore.all(of: Self.freight, in: "oracle", connection),
                valid: try ApprovalStore.valid(of: [Self.freight], in: "oracle", connection))
        }
        #expect(outcome.revoked == [true, false])
        #expect(outcome.counting == ["ben", "carla"])
        #expect(outcome.all.count == 4 && outcome.all.compactMap(\.revocation?.reason) == ["too early"])
        #expect(outcome.valid.count == 3)
    }

    @Test(arguments: [
        "update freight_approvals set note = 'another' where id = 'aaaaaaaaaaaaaaaa'",
        "delete from freight_approvals where id = 'aaaaaaaaaaaaaaaa'",
        "update freight_approvals set revoked_at = now() where id = 'aaaaaaaaaaaaaaaa'",
    ])
    func whatWasSaidStays(sql: String) async throws {
        await #expect(throws: PostgresError.self) {
            try await withPeople { connection in try connection.run(script: sql) }
        }
    }
}
