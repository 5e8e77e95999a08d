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

        fileprivate var run: Run { Run(key: log.key, code: decision.code.rawValue) }
    }

    /// What is counted together.
    fileprivate struct Run: Hashable {
        let key: RefusalStore.Key
        let code: String
    }

    private let notes: Gathering<Note, Int64>

    init(_ pool: Pool) {
        notes = Gathering(width: 1) { notes in
            switch await Self.written(notes, pool) {
            case .success(let events): events.map { .success($0) }
            case .failure(let error): notes.map { _ in .failure(error) }
            }
        }
    }

    /// Notes a refusal; answers the event that tells it.
    func write(_ note: Note) async throws -> Int64 {
        try await notes.join(note)
    }

    private static func written(_ notes: [Note], _ pool: Pool) async -> Result<[Int64], any Error> {
        do {
            return .success(try await pool.transaction { try write(refused: notes, $0) })
        } catch let error as PostgresError where error.isUniqueViolation {
            // Another server was asked the same at the same time; by now its row is there.
            do {
                return .success(try await pool.transaction { try write(refused: notes, $0) })
            } catch {
                return .failure(error)
            }
        } catch {
            return .failure(error)
        }
    }

    /// Writes down who was refused, and ends the runs of the promotions that were let on, in the transaction of what it
    /// records; answers the event that tells each refusal.
    static func write(
        refused notes: [Note], letOn: [DecisionLog] = [], _ connection: borrowing Connection
    ) throws -> [Int64] {
        let runs = try RefusalStore.hold(Set((notes.map(\.log) + letOn).map(\.key)), connection)
        let over = try end(runs, with: letOn, connection)
        var events = Dictionary(
            runs.map { (Run(key: $0.key, code: $0.code), $0.event) }.filter { !over.contains($0.0) }
        ) { first, _ in first }
        let groups = Dictionary(grouping: notes, by: \.run)
        let known = groups.filter { events[$0.key] != nil }
        if let now = notes.last?.log.events.now, !known.isEmpty {
            try RefusalStore.goOn(known.map { count($0.key, $0.value) }, at: now, connection)
        }
        try begin(groups.filter { events[$0.key] == nil }, &events, connection)
        return notes.map { events[$0.run, default: 0] }
    }

    /// Answers which of them ended.
    private static func end(
        _ runs: [RefusalStore.Run], with letOn: [DecisionLog], _ connection: borrowing Connection
    ) throws -> Set<Run> {
        let over = runs.compactMap { run in
            letOn.first { $0.key == run.key && $0.question.promotion == run.promotion }.map {
                (run: run, log: $0.events)
            }
        }
        guard !over.isEmpty else { return [] }
        try RefusalStore.end(over.map(\.run), connection)
        let endings = over.filter { $0.run.count > 1 }.map { run, events in
            run.ending(at: events.now, actor: events.caller.actor, isDrill: events.isDrill)
                .during(events.session(of: run.key.stage, in: run.key.project))
        }
        _ = try AuditStore.append(numbered: endings, connection)
        return Set(over.map { Run(key: $0.run.key, code: $0.run.code) })
    }

    private static func begin(
        _ groups: [Run: [Note]], _ events: inout [Run: Int64], _ connection: borrowing Connection
    ) throws {
        let new = groups.compactMap { run, notes in notes.last.map { (run: run, note: $0, notes: notes) } }
        guard let now = new.first?.note.log.events.now else { return }
        let numbers = try AuditStore.append(
            numbered: new.map { $0.note.log.event(.decisionRefused, $0.note.decision) }, connection)
        try RefusalStore.begin(
            new.map { count($0.run, $0.notes) }, events: numbers, at: now, connection)
        for (one, number) in zip(new, numbers) { events[one.run] = number }
    }

    private static func count(_ run: Run, _ notes: [Note]) -> RefusalStore.Count {
        .init(run.key, code: run.code, promotion: notes.last?.log.question.promotion ?? "", count: notes.count)
    }
}
