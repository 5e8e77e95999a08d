import Postgres
import PostgresTesting
import Testing

private struct ChangedMyMind: Error {}

private let insert = Statement("insert into t values ($1)")
private let count = Statement("select count(*) from t")

extension Connection {
    fileprivate func countRows() throws -> Int64? {
        try execute(count).first { try $0.int(0) }
    }
}

@Suite struct TransactionTests {
    private func withTable(_ body: (borrowing Connection) throws -> Void) async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            try connection.run(script: "create table t (id int8 primary key)")
            try body(connection)
        }
    }

    @Test func whatReturnsIsCommittedAndWhatThrowsIsNot() async throws {
        try await withTable { connection in
            let value = try connection.transaction { transaction in
                _ = try transaction.execute(insert, [1])
                return "done"
            }
            #expect(value == "done")
            #expect(throws: ChangedMyMind.self) {
                try connection.transaction { transaction in
                    _ = try transaction.execute(insert, [2])
                    throw ChangedMyMind()
                }
            }
            try #expect(connection.countRows() == 1)
        }
    }

    @Test func aSwallowedErrorIsNoCommit() async throws {
        try await withTable { connection in
            let error = #expect(throws: PostgresError.self) {
                try connection.transaction { transaction in
                    _ = try transaction.execute(insert, [1])
                    _ = try? transaction.execute(insert, [1])
                }
            }
            #expect(error?.sqlState == "25P02")
            try #expect(connection.countRows() == 0)
        }
    }

    @Test func aViolationFoundAtCommitIsAnError() async throws {
        try await withTable { connection in
            try connection.run(script: "create table u (id int8 references t deferrable initially deferred)")
            let error = #expect(throws: PostgresError.self) {
                try connection.transaction { try $0.run(script: "insert into u values (7)") }
            }
            #expect(error?.sqlState == "23503")
            try #expect(connection.transaction { try $0.countRows() } == 0)
        }
    }

    @Test func aTransactionInsideAnotherIsRefusedAndEndsIt() async throws {
        try await withTable { connection in
            let error = #expect(throws: PostgresError.self) {
                try connection.transaction { outer in
                    _ = try outer.execute(insert, [1])
                    try outer.transaction { _ in }
                }
            }
            #expect(error?.kind == .misuse)
            try #expect(connection.countRows() == 0)
        }
    }

    @Test func aReadOnlyTransactionDoesNotWrite() async throws {
        try await withTable { connection in
            let error = #expect(throws: PostgresError.self) {
                try connection.transaction(readOnly: true) { _ = try $0.execute(insert, [1]) }
            }
            #expect(error?.sqlState == "25006")
            try connection.transaction { _ = try $0.execute(insert, [1]) }
            try #expect(connection.countRows() == 1)
        }
    }

    @Test(arguments: [Isolation.readCommitted, .repeatableRead, .serializable])
    func theIsolationIsTheOneAskedFor(isolation: Isolation) async throws {
        let shown = Statement("select upper(current_setting('transaction_isolation'))")
        try await withTable { connection in
            let name = try connection.transaction(isolation: isolation) { transaction in
                try transaction.execute(shown).first { try $0.text(0) }
            }
            #expect(name == isolation.rawValue)
        }
    }
}
