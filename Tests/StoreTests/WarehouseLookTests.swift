import Dispatch
import Postgres
import PostgresTesting
import Store
import Testing
import Time

@Suite struct WarehouseLookTests {
    private typealias Place = WarehouseLookStore.Place

    private let start = Instant(microseconds: 1_763_650_000_000_000)

    /// Lends a session of a database with a project, on a thread that may wait.
    private func withProject<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await withDatabase { url in
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result {
                            let connection = try Connection(conninfo: url)
                            _ = try Migrator().migrate(connection)
                            try connection.run(script: "insert into projects (name, created_at) values ('p', now())")
                            return try body(connection)
                        })
                }
            }
        }
    }

    private static func places(_ count: Int, revision: Int64 = 1) -> [Place] {
        (0..<count).map { Place(project: "p", warehouse: "w\($0)", revision: revision) }
    }

    private static func result(
        at now: Instant, failures: Int = 0, notBefore: Instant? = nil
    ) -> WarehouseLookStore.Result {
        .init(
            lookedAt: now, endedAt: now, failures: failures, report: "{}", lookAt: now + .minutes(5),
            notBefore: notBefore)
    }

    private static func claim(
        _ places: [Place], limit: Int = 9, at now: Instant, _ connection: borrowing Connection
    ) throws -> [WarehouseLookStore.Lease] {
        try WarehouseLookStore.claim(among: places, limit: limit, at: now, until: now + .seconds(30), connection)
    }

    private static func row(at now: Instant, _ connection: borrowing Connection) throws -> WarehouseStore.Row {
        try #require(try WarehouseStore.rows(of: "p", at: now, connection).first)
    }

    @Test func whatSomebodyLooksAtNobodyElseTakes() async throws {
        try await withProject { [start] connection in
            let places = Self.places(5)
            try WarehouseLookStore.note(places, at: start, connection)
            let first = try Self.claim(places, limit: 3, at: start, connection)
            let second = try Self.claim(places, at: start, connection)
            #expect(first.count == 3 && second.count == 2)
            #expect(Set((first + second).map(\.place)) == Set(places))
            let none = try Self.claim(places, at: start + .seconds(29), connection)
            #expect(none.isEmpty)
            // Whoever does not come back loses it, and what they bring later is not taken.
            let lease = try #require(first.first)
            let later = start + .seconds(30)
            let outcomes = [
                try WarehouseLookStore.extend(second[0], until: start + .minutes(2), connection),
                try Self.claim(places, at: later, connection).count == 4,
                try WarehouseLookStore.end(lease, Self.result(at: later), connection),
                try WarehouseLookStore.extend(lease, until: later, connection),
                try WarehouseLookStore.end(second[0], Self.result(at: later), connection),
                try WarehouseLookStore.end(second[0], Self.result(at: later), connection),
            ]
            #expect(outcomes == [true, true, false, false, true, false])
        }
    }

    @Test func aNewerRevisionIsLookedAtSoonAndOnlyByWhoKnowsIt() async throws {
        try await withProject { [start] connection in
            let (old, new) = (Self.places(1), Self.places(1, revision: 2))
            try WarehouseLookStore.note(old, at: start, connection)
            let lease = try #require(try Self.claim(old, at: start, connection).first)
            _ = try WarehouseLookStore.end(lease, Self.result(at: start), connection)
            let next = try WarehouseLookStore.next(among: old, connection)
            #expect(next == start + .minutes(5))
            try WarehouseLookStore.note(new, at: start, connection)
            try WarehouseLookStore.note(old, at: start, connection)
            let counts = [
                try Self.claim(old, at: start, connection).count, try Self.claim(new, at: start, connection).count,
            ]
            #expect(counts == [0, 1])
        }
    }

    @Test func hintsAreAnsweredByOneLookThatBeginsAfterThem() async throws {
        try await withProject { [start] connection in
            let places = Self.places(1)
            for _ in 1...3 {
                let look = try WarehouseStore.hint(at: places[0], at: start, connection)
                #expect(look == 1)
            }
            let lease = try #require(try Self.claim(places, at: start, connection).first)
            #expect(lease.hints == 3 && lease.number == 1)
            let under = try Self.row(at: start, connection)
            #expect(under.isLooking)
            // What is hinted at meanwhile may have come too late for this look.
            let next = try WarehouseStore.hint(at: places[0], at: start, connection)
            #expect(next == 2)
            _ = try WarehouseLookStore.end(lease, Self.result(at: start), connection)
            let between = try Self.row(at: start, connection)
            #expect(between.hints == 1 && between.ended == 1 && between.lookAt == start + .seconds(1))
            let second = try #require(try Self.claim(places, at: start + .seconds(1), connection).first)
            // A registry that asked for time gets it, whatever is hinted at.
            let rest = start + .minutes(2)
            _ = try WarehouseLookStore.end(
                second, Self.result(at: start + .seconds(1), failures: 1, notBefore: rest), connection)
            _ = try WarehouseStore.hint(at: places[0], at: start, connection)
            let resting = try Self.row(at: start, connection)
            #expect(resting.lookAt == rest && resting.failures == 1 && resting.succeededAt == start)
        }
    }
}
