import Connectors
import JSON
import Ledger
import Locks
public import Observability
import Postgres
import Store
import Time
import TimeZones

/// Tells receivers what happens: at least once, and hardly ever twice, however many servers there are.
///
/// Every server runs one. The audit log says what there is to tell; what is yet to be told to whom stands in rows, of which
/// whoever takes one has a minute.
public final class NotificationLoop: Sendable {
    /// How many requests a receiver gets at once.
    private static let width = 4
    private static let pause = Duration.seconds(1)
    private static let tidyingPause = Duration.seconds(5)
    /// By whose clocks times are told besides.
    private static let zone = "America/New_York"

    /// What monitoring is told of a receiver.
    public struct Count: Sendable {
        /// Its name.
        public let receiver: String
        /// How much it is yet to be told, by whichever server.
        public let pending: Int64
        /// How often this server could not tell it.
        public let failed: Int64
    }

    private struct State {
        var pending: [String: Int64] = [:]
        var failed: [String: Int64] = [:]
    }

    private let pool: Pool
    private let clock: ServiceClock
    private let zones: ZoneDirectory
    private let receivers: NotificationReceivers
    private let log: Log
    private let state = Guarded(State())

    /// A loop that tells these.
    public init(decisions: Decisions, receivers: NotificationReceivers, log: Log) {
        pool = decisions.pool
        clock = decisions.clock
        zones = decisions.zones
        self.receivers = receivers
        self.log = log
    }

    /// What monitoring is told, as the database told it last.
    public var counts: [Count] {
        let state = state.withLock { $0 }
        return receivers.all.map { receiver in
            Count(
                receiver: receiver.name, pending: state.pending[receiver.name] ?? 0,
                failed: state.failed[receiver.name] ?? 0)
        }
    }

    /// Runs until the task is cancelled; links lead to that address.
    public func run(linkingTo origin: String) async {
        await withDiscardingTaskGroup { group in
            for receiver in receivers.all {
                group.addTask { await self.serve(receiver, origin) }
            }
            group.addTask { await self.tidy() }
        }
    }

    private func serve(_ receiver: NotificationReceivers.Receiver, _ origin: String) async {
        var isNoted = false
        while !Task.isCancelled {
            var hasMore = false
            do {
                if !isNoted {
                    try await pool.transaction { try NotificationStore.note(receiver.name, $0) }
                    isNoted = true
                }
                let isBehind = try await look(for: receiver)
                hasMore = try await tell(receiver, origin) || isBehind
            } catch {
                log.debug(
                    "a receiver could not be told and will be", ("receiver", .text(receiver.name)),
                    ("error", .text("\(error)")))
            }
            if !hasMore { try? await Task.sleep(for: Self.pause) }
        }
    }

    /// Looks at what has happened since; true if there is more.
    private func look(for receiver: NotificationReceivers.Receiver) async throws -> Bool {
        try await pool.transaction { connection in
            guard let cursor = try NotificationStore.take(receiver.name, connection) else { return false }
            let batch = try NotificationStore.read(
                behind: cursor, codes: receiver.codes.map(\.rawValue), connection)
            guard let end = batch.end else { return false }
            let wanted = batch.candidates.filter { candidate in
                guard let event = try? JSONValue(parsing: candidate.bytes), let notice = Notice(event, alias: nil)
                else {
                    return false
                }
                return receiver.wants(notice)
            }
            try NotificationStore.add(wanted.map(\.event), to: receiver.name, lookedAt: end, connection)
            return batch.isFull
        }
    }

    /// Tells what is due; true if there is more.
    private func tell(_ receiver: NotificationReceivers.Receiver, _ origin: String) async throws -> Bool {
        let due = try await pool.withConnection {
            try NotificationStore.claim(for: receiver.name, limit: Self.width, $0)
        }
        await withDiscardingTaskGroup { group in
            for delivery in due { group.addTask { await self.send(delivery, to: receiver, origin) } }
        }
        return due.count == Self.width
    }

    private func send(
        _ delivery: NotificationStore.Delivery, to receiver: NotificationReceivers.Receiver, _ origin: String
    ) async {
        let message = NotificationMessage(delivery, to: receiver.name, origin: origin, zone: zone)
        var failure: String?
        do { try await receiver.webhook.send(message.body, delivery: message.id, at: clock.real()) } catch {
            failure = error.description
        }
        do {
            try await note(delivery, to: receiver, failure)
        } catch {
            log.debug(
                "what became of a notification could not be written down; it may be sent again",
                ("delivery", .text(message.id)), ("error", .text("\(error)")))
        }
    }

    /// Nothing where its rules cannot be trusted.
    private var zone: ZoneRules? {
        guard case .trusted(let rules)? = try? zones.zone(Self.zone, now: clock.now()) else { return nil }
        return rules
    }

    private func note(
        _ delivery: NotificationStore.Delivery, to receiver: NotificationReceivers.Receiver, _ failure: String?
    ) async throws {
        guard let failure else {
            return try await pool.withConnection {
                try NotificationStore.succeed(delivery.event, to: receiver.name, $0)
            }
        }
        state.withLock { $0.failed[receiver.name, default: 0] += 1 }
        log.write(
            delivery.attempts == 1 ? .warning : .debug, "a receiver could not be told and will be",
            [("receiver", .text(receiver.name)), ("event", .number(delivery.event)), ("error", .text(failure))])
        let pause = Self.pause(after: delivery.attempts, chance: .random(in: 0..<1))
        try await pool.withConnection {
            try NotificationStore.fail(
                delivery.event, to: receiver.name, because: failure, pauseMicroseconds: pause.microseconds, $0)
        }
    }

    /// Longer after each time, up to an hour; those that failed together do not all come back together.
    static func pause(after attempts: Int64, chance: Double) -> TimeSpan {
        let doubled = min(5 * Double(1 << min(max(attempts - 1, 0), 16)), 3_600)
        return TimeSpan(microseconds: Int64(doubled * (0.5 + 0.5 * chance) * 1e6))
    }

    /// Gives up what is too old, and counts the rest.
    private func tidy() async {
        while !Task.isCancelled {
            do {
                try await giveUp()
                let names = receivers.all.map(\.name)
                let pending = try await pool.withConnection { try NotificationStore.pending(names, $0) }
                state.withLock { $0.pending = pending }
            } catch {
                log.debug("notifications could not be counted", ("error", .text("\(error)")))
            }
            try? await Task.sleep(for: Self.tidyingPause)
        }
    }

    private func giveUp() async throws {
        let (now, isDrill) = (clock.now(), clock.isDrill)
        let abandoned = try await pool.transaction { connection in
            let abandoned = try NotificationStore.giveUp(connection)
            for notification in abandoned {
                try AuditStore.append(notification.event(at: now, isDrill: isDrill), connection)
            }
            return abandoned
        }
        for notification in abandoned {
            log.error(
                "a receiver could not be told for a day, and will not be", ("receiver", .text(notification.receiver)),
                ("event", .number(notification.event)), ("error", .text(notification.lastError ?? "never tried")))
        }
    }
}

extension NotificationStore.Abandoned {
    fileprivate func event(at now: Instant, isDrill: Bool) -> AuditEvent {
        AuditEvent(
            .notificationGivenUp, at: now, actor: .system, project: project,
            details: [
                .init("receiver", .string(receiver)), .init("event", .integer(event)), .init("code", .string(code)),
                .init("attempts", .integer(attempts)),
                .init("error", .string(lastError ?? "no server of this receiver's has run")),
            ], isDrill: isDrill)
    }
}
