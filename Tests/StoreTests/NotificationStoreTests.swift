import Dispatch
import Postgres
import PostgresTesting
import Store
import Testing

/// The order in which receivers are told, which no transaction gets past.
@Suite struct NotificationStoreTests {
    private static let receiver = "desk"
    private static let started = "freeze.started"

    /// Lends the address of a database with a receiver, on a thread that may wait.
    private func withReceiver(_ body: @escaping @Sendable (String, borrowing Connection) throws -> Void) async throws {
        try await withDatabase { url in
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result {
                            let connection = try Connection(conninfo: url)
                            _ = try Migrator().migrate(connection)
                            try NotificationStore.note(Self.receiver, connection)
                            try body(url, connection)
                        })
                }
            }
        }
    }

    private static func event(_ code: String = started, transaction: Int? = nil) -> String {
        let number = transaction.map { "'\($0)'" } ?? "pg_current_xact_id()"
        return "insert into audit_events (xact, at, code, actor, event) values (\(number), now(), '\(code)', 'a', '{}')"
    }

    /// What there is to tell of, once no other test's transaction is in the way; all of it counts as looked at.
    private static func next(_ count: Int, _ connection: borrowing Connection) throws -> [Int64] {
        var found: [Int64] = []
        for _ in 0..<2_000 {
            let cursor = try #require(try NotificationStore.take(receiver, connection))
            let batch = try NotificationStore.read(behind: cursor, codes: [started], connection)
            if let end = batch.end {
                let events = batch.candidates.map(\.event)
                try NotificationStore.add(events, to: receiver, lookedAt: end, connection)
                found += events
            }
            if found.count >= count { return found }
            try connection.run(script: "select pg_sleep(0.01)")
        }
        return found
    }

    @Test func transactionsComeInTheOrderOfTheirNumbers() async throws {
        try await withReceiver { _, connection in
            try connection.run(script: "update notification_receivers set xact = '8', event = 0")
            for transaction in [9, 10, 100, 11] {
                try connection.run(script: Self.event(transaction: transaction))
            }
            try connection.run(script: Self.event("token.created", transaction: 101))
            #expect(try Self.next(4, connection) == [1, 2, 4, 3])
            // The last that was looked at is the last of all, wanted or not.
            try connection.run(script: Self.event(transaction: 102))
            #expect(try Self.next(1, connection) == [6])
            #expect(try NotificationStore.pending([Self.receiver], connection) == [Self.receiver: 5])
        }
    }

    @Test func whatEndsLateIsNotPassedOver() async throws {
        try await withReceiver { url, connection in
            let late = try Connection(conninfo: url)
            try late.run(script: "begin; " + Self.event())
            try connection.run(script: Self.event())
            let cursor = try #require(try NotificationStore.take(Self.receiver, connection))
            #expect(try NotificationStore.read(behind: cursor, codes: [Self.started], connection).end == nil)
            try late.run(script: "commit")
            #expect(try Self.next(2, connection) == [1, 2])
        }
    }

    @Test func whatIsTakenIsNobodyElses() async throws {
        try await withReceiver { _, connection in
            for _ in 0..<3 { try connection.run(script: Self.event()) }
            #expect(try Self.next(3, connection) == [1, 2, 3])
            let first = try NotificationStore.claim(for: Self.receiver, limit: 2, connection)
            let second = try NotificationStore.claim(for: Self.receiver, limit: 2, connection)
            #expect(first.map(\.event) == [1, 2] && second.map(\.event) == [3])
            #expect(try NotificationStore.claim(for: Self.receiver, limit: 2, connection).isEmpty)
            try NotificationStore.succeed(1, to: Self.receiver, connection)
            try NotificationStore.fail(2, to: Self.receiver, because: "away", pauseMicroseconds: 0, connection)
            let again = try NotificationStore.claim(for: Self.receiver, limit: 2, connection)
            #expect(again.map(\.event) == [2] && again.map(\.attempts) == [2])
            #expect(try NotificationStore.giveUp(connection).isEmpty)
        }
    }
}
