import Engine
import Ledger
import Locks
import Postgres
import Promotions
import Store

/// Writes down who was not let on. Who asks again and again is written down once, and counted until the answer changes.
///
/// Whoever asks while others are being written down waits for the next transaction, which has all of them: however many
/// ask, they wait for the disk once. Nobody is answered before what they are answered is durable.
final class RefusalBook: Sendable {
    /// A refusal to be written down.
    struct Note: Sendable {
        let log: DecisionLog
        let decision: Decision

        fileprivate var run: Run { Run(key: log.key, code: decision.code.rawValue) }
    }

    /// What is counted together.
    fileprivate struct Run: Hashable {
        let key: RefusalStore.Key
        let code: String
    }

    private struct Waiting: Sendable {
        let note: Note
        let answer: CheckedContinuation<Int64, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isWriting = false
    }

    private let pool: Pool
    private let state = Guarded(State())

    init(_ pool: Pool) {
        self.pool = pool
    }

    /// Notes a refusal; answers the event that tells it.
    func write(_ note: Note) async throws -> Int64 {
        try await withCheckedThrowingContinuation { answer in
            let begins = state.withLock { state in
                state.waiting.append(Waiting(note: note, answer: answer))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if begins { Task { await writeAll() } }
        }
    }

    /// Ends the run of whoever was let on, in that transaction.
    static func endRun(of log: DecisionLog, _ connection: borrowing Connection) throws {
        let (events, key) = (log.events, log.key)
        guard let run = try RefusalStore.end(key, connection), run.count > 1 else { return }
        try AuditStore.append(
            run.ending(at: events.now, actor: events.caller.actor, isDrill: events.isDrill)
                .during(events.session(of: key.stage, in: key.project)), connection)
    }

    private func writeAll() async {
        while true {
            let batch = state.withLock { state in
                defer { state.waiting = [] }
                state.isWriting = !state.waiting.isEmpty
                return state.waiting
            }
            guard !batch.isEmpty else { return }
            let notes = batch.map(\.note)
            let result = await written(notes)
            for (place, waiting) in batch.enumerated() { waiting.answer.resume(with: result.map { $0[place] }) }
        }
    }

    private func written(_ notes: [Note]) async -> Result<[Int64], any Error> {
        do {
            return .success(try await pool.transaction { try Self.write(notes, $0) })
        } catch let error as PostgresError where error.isUniqueViolation {
            // Another server was asked the same at the same time; by now its row is there.
            do {
                return .success(try await pool.transaction { try Self.write(notes, $0) })
            } catch {
                return .failure(error)
            }
        } catch {
            return .failure(error)
        }
    }

    /// Runs in one order on all servers, so that none waits for another that waits for it.
    private static func write(_ notes: [Note], _ connection: borrowing Connection) throws -> [Int64] {
        let runs = Dictionary(grouping: notes.indices) { notes[$0].run }
        var events = notes.map { _ in Int64(0) }
        for (run, places) in runs.sorted(by: { ($0.key.key, $0.key.code) < ($1.key.key, $1.key.code) }) {
            guard let last = places.last else { continue }
            let event = try write(notes[last], run, count: places.count, connection)
            for place in places { events[place] = event }
        }
        return events
    }

    private static func write(
        _ note: Note, _ run: Run, count: Int, _ connection: borrowing Connection
    ) throws -> Int64 {
        let (promotion, now) = (note.log.question.promotion, note.log.events.now)
        if let event = try RefusalStore.again(
            run.key, code: run.code, promotion: promotion, count: count, at: now, connection)
        {
            return event
        }
        try endRun(of: note.log, connection)
        let event = try note.log.append(.decisionRefused, note.decision, connection)
        try RefusalStore.begin(
            run.key, code: run.code, promotion: promotion, count: count, event: event, at: now, connection)
        return event
    }
}
