import Engine
import Ledger
import Postgres
import Promotions
import Store

/// Writes down who was not let on. Who asks again and again is written down once, and counted until the answer changes.
///
/// Nobody is answered before what they are answered is durable; however many are refused at once, they wait for the disk
/// once.
final class RefusalBook: Sendable {
    /// A refusal to be written down.
    struct Note: Sendable {
        let log: DecisionLog
        let decision: Decision

        fileprivate var run: RefusalStore.Name { .init(log.key, code: decision.code.rawValue) }
    }

    private let notes: Gathering<Note, Int64>

    init(_ pool: Pool) {
        notes = Gathering(width: 1) { notes in
            do {
                return try await pool.transaction { try Self.write(refused: notes, $0) }.map { .success($0) }
            } catch {
                return notes.map { _ in .failure(error) }
            }
        }
    }

    /// Notes a refusal; answers the event that tells it.
    func write(_ note: Note) async throws -> Int64 {
        try await notes.join(note)
    }

    /// Writes down who was refused, and ends the runs of those who were let on, in the transaction of what it records;
    /// answers the event that tells each refusal.
    static func write(
        refused notes: [Note], letOn: [DecisionLog] = [], _ connection: borrowing Connection
    ) throws -> [Int64] {
        try endRuns(of: letOn, connection)
        guard let now = notes.last?.log.events.now else { return [] }
        let groups = Dictionary(grouping: notes, by: \.run)
        var events = try RefusalStore.goOn(groups.map { count($0.key, $0.value) }, at: now, connection)
        let new = groups.filter { events[$0.key] == nil }.map { (run: $0.key, notes: $0.value) }
        let firsts = new.compactMap { $0.notes.last.map { $0.log.event(.decisionRefused, $0.decision) } }
        let numbers = try AuditStore.append(numbered: firsts, connection)
        try RefusalStore.begin(new.map { count($0.run, $0.notes) }, events: numbers, at: now, connection)
        for (one, number) in zip(new, numbers) { events[one.run] = number }
        return notes.map { events[$0.run, default: 0] }
    }

    /// Ends the runs of those who were let on, in that transaction.
    static func endRuns(of letOn: [DecisionLog], _ connection: borrowing Connection) throws {
        let logs = Dictionary(letOn.map { ($0.key, $0) }) { first, _ in first }
        let endings = try RefusalStore.end(Set(logs.keys), connection).filter { $0.count > 1 }.compactMap { run in
            logs[run.key].map { log in
                run.ending(at: log.events.now, actor: log.events.caller.actor, isDrill: log.events.isDrill)
                    .during(log.events.session(of: run.key.stage, in: run.key.project))
            }
        }
        _ = try AuditStore.append(numbered: endings, connection)
    }

    private static func count(_ run: RefusalStore.Name, _ notes: [Note]) -> RefusalStore.Count {
        .init(run, promotion: notes.last?.log.question.promotion ?? "", count: notes.count)
    }
}
