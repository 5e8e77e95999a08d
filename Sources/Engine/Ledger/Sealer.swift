public import Ledger
import Locks
public import Observability
import Postgres
import Synchronization
public import Time

/// Puts the log's events in order, signs what the log is, and sees to it that it stays what it was.
///
/// Every server runs one; by an advisory lock one of them seals, and the others compare. What is sealed was committed
/// before: nobody who writes waits for it, and a sealer that stops stops nobody.
public final class Sealer: Sendable {
    /// What monitoring is told.
    public struct Figures: Sendable {
        /// How many events are in the tree.
        public var size: Int64 = 0
        /// How long an event has waited for its place, as far as this server saw it.
        public var lag = TimeSpan.milliseconds(0)
    }

    private struct State {
        var keys: SealingKeys?
        var kept: KeptCheckpoint?
        var tree: SealingTurn.Tree?
        var rolledBack: String?
        /// Since when no look at the log has succeeded.
        var failingSince: MonotonicTime?
        var obstacle: SealingObstacle?
        /// Whether the last checkpoint could not be written to its file.
        var isKeptOnlyHere = false
        /// The event that waits longest, and since when this server has seen it wait.
        var waiting: (event: Int64, since: MonotonicTime)?
    }

    /// How often the log is looked at.
    private static let pace = Duration.milliseconds(750)
    private static let pauseAfterFailure = Duration.seconds(3)
    /// How long an event may wait before somebody is told.
    private static let patience = TimeSpan.seconds(5)

    private let decisions: Decisions
    private let file: any CheckpointKeeping
    private let log: Log
    private let state: Guarded<State>

    /// A sealer that keeps the last checkpoint that it saw in a file.
    public init(decisions: Decisions, file: any CheckpointKeeping, log: Log) throws {
        self.decisions = decisions
        self.file = file
        self.log = log
        state = Guarded(State(kept: try file.read()))
    }

    /// The last checkpoint that this server saw, and whether the log is another one since.
    public var known: (checkpoint: SignedCheckpoint?, isRolledBack: Bool) {
        state.withLock { ($0.kept?.signed, $0.rolledBack != nil) }
    }

    /// What monitoring is told.
    public var figures: Figures {
        state.withLock { state in
            Figures(
                size: state.tree?.frontier.size ?? 0,
                // Who cannot look cannot know that nothing waits.
                lag: [state.waiting?.since, state.failingSince].compactMap(\.self).min().map { .now() - $0 }
                    ?? .milliseconds(0))
        }
    }

    /// What does not go as it should.
    public var findings: [Readiness.Finding] {
        let lag = figures.lag
        let (rolledBack, obstacle) = state.withLock { ($0.rolledBack, $0.obstacle) }
        var findings: [Readiness.Finding] = []
        if let rolledBack {
            findings.append(
                .init(code: "audit.rolled_back", detail: "the log is not the one that this server knew: \(rolledBack)"))
        }
        if let obstacle { findings.append(.init(code: "audit.not_sealing", detail: obstacle.reason)) }
        if lag > Self.patience {
            findings.append(
                .init(
                    code: "audit.unsealed",
                    detail: "the log has not been sealed for \(lag.microseconds / 1_000_000) s"))
        }
        return findings
    }

    /// Takes the keys to seal with, if there are any, and looks for the first time.
    public func begin(with keys: SealingKeys?) async throws {
        state.withLock { $0.keys = keys }
        try await look()
    }

    /// Compares the log with what this server knew, and seals, once.
    public func look() async throws {
        _ = try await turn()
    }

    /// Runs until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            var pause: Duration?
            do {
                pause = try await turn() ? nil : Self.pace
            } catch is CancellationError {
                return
            } catch {
                pause = Self.pauseAfterFailure
                state.withLock { $0.failingSince = $0.failingSince ?? .now() }
                let isAway = (error as? PostgresError)?.isUnavailable ?? false
                log.write(
                    isAway ? .debug : .warning, "the audit log could not be sealed and will be",
                    [("error", .text(String(reflecting: error)))])
            }
            guard let pause else { continue }
            guard (try? await Task.sleep(for: pause)) != nil else { return }
        }
    }

    /// Whether there is more to seal at once.
    private func turn() async throws -> Bool {
        let turn = state.withLock { SealingTurn(keys: $0.keys, kept: $0.kept, known: $0.tree) }
        let outcome = try await decisions.pool.transaction(attempts: 1) { try turn.take($0) }
        note(outcome)
        return outcome.hasMore
    }

    private func note(_ outcome: SealingTurn.Outcome) {
        let isRolledBack = outcome.rolledBack != nil
        let (before, obstacleBefore, kept) = state.withLock { state in
            defer {
                state.failingSince = nil
                state.rolledBack = outcome.rolledBack
                state.obstacle = outcome.obstacle
            }
            let before = (state.rolledBack, state.obstacle)
            guard !isRolledBack else { return (before.0, before.1, nil as KeptCheckpoint?) }
            if let event = outcome.oldestUnsealed {
                if state.waiting?.event != event { state.waiting = (event, .now()) }
            } else {
                state.waiting = nil
            }
            state.tree = outcome.tree
            guard let signed = outcome.tree.signed, signed != state.kept?.signed else {
                return (before.0, before.1, nil)
            }
            let kept = KeptCheckpoint(signed, seenAt: outcome.now)
            state.kept = kept
            return (before.0, before.1, kept)
        }
        decisions.setLogRolledBack(isRolledBack)
        if let kept { keep(kept) }
        tell(outcome, before, obstacleBefore)
    }

    private func keep(_ kept: KeptCheckpoint) {
        do {
            try file.write(kept)
            state.withLock { $0.isKeptOnlyHere = false }
        } catch {
            let isNew = state.withLock { state in
                defer { state.isKeptOnlyHere = true }
                return !state.isKeptOnlyHere
            }
            guard isNew else { return }
            log.warning("the audit log's last checkpoint could not be kept", ("error", .text("\(error)")))
        }
    }

    private func tell(_ outcome: SealingTurn.Outcome, _ before: String?, _ obstacleBefore: SealingObstacle?) {
        if let reason = outcome.rolledBack, reason != before {
            log.error(
                "the audit log is not the one that this server knew: nothing is let on until an admin and an approver accept it",
                ("reason", .text(reason)))
        }
        if let id = outcome.accepted {
            log.warning("another audit log than this server knew was accepted", ("acceptance", .text(id)))
        }
        if let obstacle = outcome.obstacle, obstacle != obstacleBefore {
            log.warning("this server does not seal the audit log", ("reason", .text(obstacle.reason)))
        }
    }
}
