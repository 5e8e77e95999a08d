import JSON
import Ledger
import Postgres
import Store
public import Time

/// Notes again and again that this server can tell whether anything may go in, so that the log can tell afterwards in what
/// time none could: none ran, none reached the database, or none knew the time or its log.
///
/// A drill has other clocks, and no such notes.
public struct Watch: Sendable {
    /// Without a note for so long no server could tell.
    public static let patience = TimeSpan.seconds(30)

    let decisions: Decisions

    /// Notes it, and tells of the pause before, if there was one.
    func note() async throws {
        guard !decisions.clock.isSkewed, !decisions.clock.isDrill, !decisions.isLogRolledBack else { return }
        let now = decisions.clock.now()
        try await decisions.pool.transaction { connection in
            guard let before = try WatchStore.note(at: now, connection), now - before > Self.patience else { return }
            let event = AuditEvent(
                .watchInterrupted, at: now, actor: .system, details: [.init("since", .string(before.text))],
                isDrill: false)
            try AuditStore.append(event, connection)
        }
    }
}
