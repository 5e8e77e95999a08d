import Identity
import Postgres
import PostgresTesting
import Promotions
import Testing
import Time

@testable import Store

/// Ada made ben's token and emil's, ben carla's, carla dora's.
private let people = """
    insert into subjects (name, kind, created_at)
        select name, 'person', now() from unnest(array['ada', 'ben', 'carla', 'dora', 'emil']) with ordinality as t(name, n)
        order by n;
    insert into tokens (id, name, subject, kind, hash, roles, is_bootstrap, created_at, created_by, created_with) values
        ('aaaaaaaaaaaaaaaa', 'ada', 1, 'person', sha256('1'), '{admin}', true, now(), null, null),
        ('bbbbbbbbbbbbbbbb', 'ben, by ada', 2, 'person', sha256('2'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa'),
        ('cccccccccccccccc', 'carla, by that', 3, 'person', sha256('3'), '{approver}', false, now(), 2, 'bbbbbbbbbbbbbbbb'),
        ('dddddddddddddddd', 'dora, by that', 4, 'person', sha256('4'), '{approver}', false, now(), 3, 'cccccccccccccccc'),
        ('eeeeeeeeeeeeeeee', 'emil, by ada', 5, 'person', sha256('5'), '{approver}', false, now(), 1, 'aaaaaaaaaaaaaaaa');
    insert into projects (name, created_at) values ('oracle', now());
    insert into freight (project, id, warehouse, discovered_at, artifacts)
        values ('oracle', repeat('f', 40), 'market', now(), '{}');
    insert into freight_approvals (id, project, freight, stage, subject, token, at, note) values
        ('cccccccccccccccc', 'oracle', repeat('f', 40), 'live', 3, 'cccccccccccccccc', now(), 'seen'),
        ('eeeeeeeeeeeeeeee', 'oracle', repeat('f', 40), 'live', 5, 'eeeeeeeeeeeeeeee', now(), 'seen, too'),
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
        _ asker: Character?, in stage: String = "live", _ connection: borrowing Connection
    ) throws -> [String] {
        let token = asker.map { String(repeating: $0, count: 16) }
        let given = try FreightStanding.approvals(
            of: [freight], in: stage, of: "oracle", askedWith: token.map { [$0] } ?? [], connection)
        return given[freight, default: []].filter { $0.counts(forAsker: token) }.map(\.approval.subject)
    }

    private struct Outcome {
        let revoked: [Bool]
        let counting: [String]
        let all: [ApprovalStore.Approval]
        let valid: [ApprovalStore.Approval]
    }

    private static func revoke(_ connection: borrowing Connection) throws -> Bool {
        try ApprovalStore.revoke(
            "cccccccccccccccc", of: freight, in: "oracle", by: Subject(id: 3, name: "carla", kind: .person),
            because: "too early", at: Instant(parsing: "2099-01-01T00:00:00Z"), connection)
    }

    @Test func nobodysYesCountsForWhomTheyMadeATokenNorForWhoMadeTheirs() async throws {
        let counting = try await withPeople { connection in
            try ["a", "b", "c", "d", "e", nil].map { try Self.counting($0, connection) }
                + [try Self.counting("a", in: "paper", connection), try Self.counting("e", in: "paper", connection)]
        }
        #expect(
            counting == [
                [], ["emil"], ["emil"], ["emil"], ["carla"], ["carla", "emil"], [], ["dora"],
            ])
    }

    private static func say(
        _ subject: Int, _ token: Character, _ connection: borrowing Connection
    ) throws(PostgresError) -> OwnWord? {
        do throws(PostgresError) {
            try connection.run(
                script: """
                    insert into freight_approvals (id, project, freight, stage, subject, token, at, note)
                    values (repeat('\(token)', 15) || '2', 'oracle', repeat('f', 40), 'live', \(subject),
                            repeat('\(token)', 16), now(), 'again')
                    """)
            return nil
        } catch {
            return OwnWord(error)
        }
    }

    @Test func besideSomebodysYesThatOfTheMakerOfTheirTokenIsRefusedUntilItIsTakenBack() async throws {
        let words = try await withPeople { connection in
            let before = [
                try Self.say(1, "a", connection), try Self.say(2, "b", connection), try Self.say(4, "d", connection),
            ]
            _ = try Self.revoke(connection)
            return before + [try Self.say(2, "b", connection)]
        }
        #expect(words == [.ofTheMakerAgain, .ofTheMakerAgain, .ofTheMadeAgain, nil])
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
        #expect(outcome.counting == ["emil"])
        #expect(outcome.all.count == 3 && outcome.all.compactMap(\.revocation?.reason) == ["too early"])
        #expect(outcome.valid.count == 2)
    }

    @Test(arguments: [
        "update freight_approvals set note = 'another' where id = 'cccccccccccccccc'",
        "delete from freight_approvals where id = 'cccccccccccccccc'",
        "update freight_approvals set revoked_at = now() where id = 'cccccccccccccccc'",
    ])
    func whatWasSaidStays(sql: String) async throws {
        await #expect(throws: PostgresError.self) {
            try await withPeople { connection in try connection.run(script: sql) }
        }
    }
}
