import Glibc
import Locks
import Postgres
import PostgresTesting
import Testing

private let identity = Statement("select $1::int8")
private let sleep = Statement("select pg_sleep($1::int8)")

@Suite struct PoolTests {
    @Test func everyCallerGetsItsOwnAnswer() async throws {
        try await withDatabase { url in
            let pool = try Pool(PoolConfiguration(conninfo: url))
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            try connection.execute(identity, [.int(Int64(number))]).first { try $0.int(0) }
                        } == Int64(number)
                    }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(answers.count == 500)
            #expect(!answers.contains(false))
            await pool.shutdown()
        }
    }

    @Test func callersAreServedInTheOrderOfTheirCalls() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.sessions = 1
            let pool = try Pool(configuration)
            let gate = Latch()
            async let first: Void = pool.withConnection { _ in gate.wait() }
            try await eventually("the session is taken") { pool.statistics.inUse == 1 && gate.isAwaited }
            let order = Shared<[Int]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<5 {
                    group.addTask { try await pool.withConnection { _ in order.change { $0.append(number) } } }
                    try await eventually("the caller waits") { pool.statistics.waiting == number + 1 }
                }
                gate.open()
                try await group.waitForAll()
            }
            try await first
            #expect(order.value == [0, 1, 2, 3, 4])
            await pool.shutdown()
        }
    }

    @Test func oneCallerTooManyIsRefusedAtOnce() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.sessions = 1
            configuration.waitersMax = 1
            configuration.waitLimit = 60_000
            let pool = try Pool(configuration)
            let gate = Latch()
            async let holder: Void = pool.withConnection { _ in gate.wait() }
            try await eventually("the session is taken") { gate.isAwaited }
            async let waiter: Void = pool.withConnection { _ in }
            try await eventually("the queue is full") { pool.statistics.waiting == 1 }
            let refused = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(refused?.kind == .poolExhausted)
            #expect(refused?.isUnavailable == true)
            gate.open()
            try await holder
            try await waiter
            await pool.shutdown()
        }
    }

    @Test func whoWaitsTooLongIsRefused() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.sessions = 1
            configuration.waitLimit = 2_000
            let pool = try Pool(configuration)
            let gate = Latch()
            async let holder: Void = pool.withConnection { _ in gate.wait() }
            try await eventually("the session is taken") { gate.isAwaited }
            let refused = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(refused?.kind == .poolExhausted)
            gate.open()
            try await holder
            try await pool.withConnection { _ in }
            await pool.shutdown()
        }
    }

    @Test func aCancelledCallerStopsWaiting() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.sessions = 1
            let pool = try Pool(configuration)
            let gate = Latch()
            async let holder: Void = pool.withConnection { _ in gate.wait() }
            try await eventually("the session is taken") { gate.isAwaited }
            let waiter = Task { try await pool.withConnection { _ in } }
            try await eventually("the caller waits") { pool.statistics.waiting == 1 }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            #expect(pool.statistics.waiting == 0)
            gate.open()
            try await holder
            await pool.shutdown()
        }
    }

    @Test func aTransactionLeftOpenIsRolledBack() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.sessions = 1
            let pool = try Pool(configuration)
            try await pool.withConnection { try $0.run(script: "create table t (id int8)") }
            try await pool.withConnection { try $0.run(script: "begin; insert into t values (1)") }
            let count = Statement("select count(*) from t")
            let found = try await pool.withConnection { try $0.execute(count).first { try $0.int(0) } }
            #expect(found == 0)
            #expect(pool.statistics.reconnects == 0)
            await pool.shutdown()
        }
    }

    @Test func aChangedSchemaCostsAPlanButNoCaller() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.sessions = 1
            let pool = try Pool(configuration)
            let all = Statement("select * from t")
            try await pool.withConnection { try $0.run(script: "create table t (id int8)") }
            _ = try await pool.transaction { try $0.execute(all).count }
            try await pool.withConnection { try $0.run(script: "alter table t add name text") }
            #expect(try await pool.transaction { try $0.execute(all).count } == 0)
            await pool.shutdown()
        }
    }

    @Test func aSerializationFailureIsTriedAgain() async throws {
        try await withDatabase { url in
            let pool = try Pool(PoolConfiguration(conninfo: url))
            try await pool.withConnection {
                try $0.run(script: "create table t (id int8 primary key, n int8); insert into t values (1, 0)")
            }
            let read = Statement("select n from t where id = 1")
            let write = Statement("update t set n = $1 where id = 1")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await pool.transaction(isolation: .serializable, attempts: 100) { transaction in
                            let n = try transaction.execute(read).first { try $0.int(0) } ?? 0
                            _ = try transaction.execute(write, [.int(n + 1)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let n = try await pool.withConnection { try $0.execute(read).first { try $0.int(0) } }
            #expect(n == 20)
            await pool.shutdown()
        }
    }

    @Test func attemptsAreBounded() async throws {
        try await withDatabase { url in
            let pool = try Pool(PoolConfiguration(conninfo: url))
            let runs = Shared(0)
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction(attempts: 3) { transaction in
                    runs.change { $0 += 1 }
                    try transaction.run(script: "do $$ begin raise exception using errcode = '40001'; end $$")
                }
            }
            #expect(error?.sqlState == "40001")
            #expect(runs.value == 3)
            await pool.shutdown()
        }
    }

    @Test func shutdownRefusesNewCallersAndCancelsWhatRuns() async throws {
        try await withDatabase { url in
            var configuration = PoolConfiguration(conninfo: url)
            configuration.connection.statementTimeout = 600_000
            configuration.shutdownGrace = 20
            let pool = try Pool(configuration)
            let stuck = Task { try await pool.withConnection { _ = try $0.execute(sleep, [600]) } }
            try await eventually("it runs") { pool.statistics.inUse == 1 && pool.statistics.idle == 3 }
            await pool.shutdown()
            let refused = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(refused?.kind == .shutDown)
            await #expect(throws: PostgresError.self) { try await stuck.value }
        }
    }

    @Test func theClockOfTheDatabaseIsKnownOnceConnected() async throws {
        try await withDatabase { url in
            let pool = try Pool(PoolConfiguration(conninfo: url))
            try await pool.withConnection { _ in }
            #expect(pool.lastClockReading != nil)
            let reading = try await pool.measureClock()
            #expect(pool.lastClockReading == reading)
            await pool.shutdown()
        }
    }
}
