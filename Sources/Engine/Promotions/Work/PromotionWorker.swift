import Observability
import Postgres
import Promotions
import Store
import Time

/// Does what a promotion that was let in does outside, one thing after the other, until it has ended or is somebody else's.
///
/// It can be killed at any instant: whoever takes over finds in the database what was intended, and with the executor what
/// was sent.
struct PromotionWorker: Sendable {
    let record: WorkRecord
    let clock: ServiceClock
    let log: Log
    let failpoint: @Sendable (Failpoint, Work?) -> Void

    private static let shortestPause = Duration.milliseconds(50)
    private static let longestPause = Duration.seconds(2)

    /// Works until there is nothing to do any more.
    func work() async {
        var pause = Self.shortestPause
        while !Task.isCancelled {
            do {
                switch try await advance() {
                case .over: return
                case .onwards:
                    pause = Self.shortestPause
                    continue
                case .later: break
                }
            } catch {
                log.warning(
                    "a promotion could not go on, and will be tried again",
                    ("promotion", .text(record.lease.promotion)), ("error", .text("\(error)")))
            }
            guard (try? await Task.sleep(for: pause)) != nil else { break }
            pause = min(pause * 2, Self.longestPause)
        }
        await record.release()
    }

    /// What is to be done after a step.
    private enum Next {
        /// Nothing more, here.
        case over
        /// The next step.
        case onwards
        /// The same again, in a while: something is being done outside.
        case later
    }

    /// Goes one step on.
    private func advance() async throws -> Next {
        failpoint(.beforeIntent, nil)
        let position = try await record.next()
        switch position {
        case .over: return .over
        case .intended(let order):
            failpoint(.afterIntent, order.work)
            // Whoever was stopped for so long may no longer send: somebody else may have taken over.
            guard clock.now() < order.notAfter else { return .onwards }
            return try await send(order)
        case .unclear(let order, let deadline): return try await takeOver(order, until: deadline)
        case .sent(let order, let deadline): return try await follow(order, until: deadline)
        }
    }

    private func executor(of order: WorkOrder) throws(WorkError) -> any Executor {
        guard let executor = record.executors.executor(of: order.work) else {
            throw .unclear("nothing does '\(order.work.name)' here")
        }
        return executor
    }

    private func send(_ order: WorkOrder) async throws -> Next {
        let executor = try executor(of: order)
        failpoint(.beforeSending, order.work)
        do throws(WorkError) {
            try await executor.send(order)
        } catch {
            switch error {
            case .fencedOff: return .over
            case .refused(let why): return try await end(order, .refused, why)
            // It may have been heard: the next look searches for it before anything is sent again.
            case .unclear: throw error
            }
        }
        failpoint(.afterSending, order.work)
        return try await settle(order, try await executor.progress(of: order), isNoted: false)
    }

    /// Somebody, perhaps this very server, may have sent it: shuts out who may still be about to, and looks.
    private func takeOver(_ order: WorkOrder, until deadline: Instant) async throws -> Next {
        let progress: WorkProgress?
        do throws(WorkError) {
            progress = try await executor(of: order).takeOver(order)
        } catch {
            return try await bear(error, order, until: deadline)
        }
        if let progress { return try await settle(order, progress, isNoted: false) }
        failpoint(.beforeWithdrawal, order.work)
        try await record.withdraw(order)
        failpoint(.afterWithdrawal, order.work)
        return .onwards
    }

    private func follow(_ order: WorkOrder, until deadline: Instant) async throws -> Next {
        let progress: WorkProgress
        do throws(WorkError) {
            progress = try await look(order)
        } catch {
            return try await bear(error, order, until: deadline)
        }
        guard progress == .running, clock.now() >= deadline else {
            return try await settle(order, progress, isNoted: true)
        }
        return try await beLate(order, since: deadline)
    }

    private func look(_ order: WorkOrder) async throws(WorkError) -> WorkProgress {
        let executor = try executor(of: order)
        if case .running(.stopping) = order.promotion.state {
            failpoint(.beforeStop, order.work)
            try await executor.stop(order)
            failpoint(.afterStop, order.work)
        }
        return try await executor.progress(of: order)
    }

    /// What could not be asked is asked again until the work's time is over; then nobody knows how it ended.
    private func bear(_ error: WorkError, _ order: WorkOrder, until deadline: Instant) async throws -> Next {
        if error == .fencedOff { return .over }
        guard clock.now() >= deadline else { throw error }
        return try await beLate(order, since: deadline)
    }

    /// What is deployed too slowly is told to stop, so that it is not still at it when the next one begins; if that is not
    /// heard in as much time again, nobody knows how it ended.
    private func beLate(_ order: WorkOrder, since deadline: Instant) async throws -> Next {
        guard case .deploy = order.work, clock.now() < deadline + order.work.timeout else {
            return try await end(order, .late, lateness(order))
        }
        if case .running(.stopping) = order.promotion.state { return .later }
        try await record.stopForBeingLate()
        return .onwards
    }

    private func lateness(_ order: WorkOrder) -> String { "it was not done after \(order.work.timeout.text)" }

    private func settle(_ order: WorkOrder, _ progress: WorkProgress, isNoted: Bool) async throws -> Next {
        switch progress {
        case .ended(let result, let detail): return try await end(order, result, detail)
        case .running where isNoted: return .later
        case .running:
            failpoint(.beforeNote, order.work)
            try await record.noteSent()
            failpoint(.afterNote, order.work)
            return .later
        }
    }

    private func end(_ order: WorkOrder, _ result: WorkResult, _ detail: String?) async throws -> Next {
        failpoint(.beforeEnd, order.work)
        let isOver = try await record.end(order, result, detail: detail)
        failpoint(.afterEnd, order.work)
        return isOver ? .over : .onwards
    }
}
