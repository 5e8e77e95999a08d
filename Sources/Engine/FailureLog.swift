import Ledger
import Locks
public import Postgres
import Store
import Time

/// Records who failed to prove who they are: one event for each address and minute, however many requests there were.
public final class FailureLog: Sendable {
    private struct Seen: Sendable {
        var minute: Int64 = 0
        var addresses: Set<String> = []
    }

    /// More addresses than this in one minute are an attack that one event describes as well as many.
    private static let addressesPerMinute = 1_000

    private let pool: Pool
    private let clock: ServiceClock
    private let decisions: Decisions
    private let seen = Guarded(Seen())

    /// A log of failures.
    public init(pool: Pool, clock: ServiceClock, decisions: Decisions) {
        self.pool = pool
        self.clock = clock
        self.decisions = decisions
    }

    /// Records a failure, unless this minute already has one of this address. Never keeps the request waiting.
    public func record(address: String, requestID: String) {
        let now = clock.now()
        let minute = now.microseconds / 60_000_000
        let isFirst = seen.withLock { seen in
            if seen.minute != minute { seen = Seen(minute: minute) }
            guard seen.addresses.count < Self.addressesPerMinute else { return false }
            return seen.addresses.insert(address).inserted
        }
        guard isFirst else { return }
        let event = AuditEvent(
            .authenticationFailed, at: now, actor: .init(name: "unknown", kind: .unknown, address: address),
            requestID: requestID, isDrill: clock.isDrill
        ).during(decisions.mirror.value.session(at: now))
        Task { [self] in
            do {
                try await pool.transaction { connection in
                    guard try AuditStore.isFirstFailure(address: address, at: now, connection) else { return }
                    try AuditStore.append(event, connection)
                }
            } catch {
                // What cannot be written now is written with the next failure.
                seen.withLock { _ = $0.addresses.remove(address) }
            }
        }
    }
}
