public import Observability
import Postgres
import Promotions
import Store
import Synchronization
import Time

/// Looks at the Stages that promotions wait for: when time has come, and at once when anything has changed.
///
/// Every server runs one; a Stage that one of them looks at is held by its rows, and nobody leads.
public final class PromotionLoop: Sendable {
    /// How many Stages are looked at at once.
    private static let width = 4
    /// How long nothing is looked at if nothing is heard: for what was heard of while the listener was away.
    private static let longestPause = Duration.seconds(5)
    /// How long what goes in by itself is not looked for if nothing is heard.
    private static let longestSilence = TimeSpan.seconds(15)

    private let decisions: Decisions
    private let admit: Admit
    private let auto: AutoPromoter
    private let log: Log
    private let everythingChanged = Atomic<Bool>(true)
    private let somethingChanged = Atomic<Bool>(true)
    private let (calls, call) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// A loop that decides by these decisions.
    public init(decisions: Decisions, log: Log) {
        self.decisions = decisions
        self.log = log
        admit = Admit(decisions)
        auto = AutoPromoter(decisions)
    }

    /// Something was asked for, or has ended.
    public func wake() {
        somethingChanged.store(true, ordering: .relaxed)
        call.yield()
    }

    /// What decides has changed: all that waits is looked at again.
    public func wakeAll() {
        everythingChanged.store(true, ordering: .relaxed)
        wake()
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withTaskGroup { group in
            group.addTask { await self.pace() }
            for await _ in calls {
                guard !Task.isCancelled else { break }
                do {
                    while try await look() {}
                } catch {
                    log.debug("promotions could not be looked at and will be again", ("error", .text("\(error)")))
                }
            }
            group.cancelAll()
        }
    }

    /// Calls again when the next promotion is due, and now and then for what only time has changed.
    private func pace() async {
        var last = MonotonicTime.now()
        while !Task.isCancelled {
            if MonotonicTime.now() - last > Self.longestSilence {
                last = .now()
                wake()
            }
            call.yield()
            let now = decisions.clock.now()
            let next = try? await decisions.pool.withConnection { try PromotionWorkStore.nextLook($0) }
            let wait = (next ?? nil).map { Duration.microseconds(max(($0 - now).microseconds, 0)) } ?? Self.longestPause
            // A drill's clock may run much faster than the one that sleeps.
            let longest = decisions.clock.isDrill ? .milliseconds(50) : Self.longestPause
            let pause = min(max(wait, .milliseconds(50)), longest)
            guard (try? await Task.sleep(for: pause)) != nil else { return }
        }
        call.finish()
    }

    /// Looks at every Stage that is due, and promotes what goes on by itself; answers whether that has made more to do.
    private func look() async throws -> Bool {
        let everything = everythingChanged.exchange(false, ordering: .relaxed)
        let something = somethingChanged.exchange(false, ordering: .relaxed)
        let now = decisions.clock.now()
        do {
            let due = try await decisions.pool.withConnection {
                try PromotionWorkStore.due(at: now, evenIfNotDue: everything, $0)
            }
            let hasMoved = await turns(due)
            guard something || hasMoved else { return false }
            return try await auto.promote() || hasMoved
        } catch {
            if everything { everythingChanged.store(true, ordering: .relaxed) }
            if something { somethingChanged.store(true, ordering: .relaxed) }
            throw error
        }
    }

    /// Takes the turns of several Stages, some at a time; what goes wrong in one is no other's trouble.
    private func turns(_ due: [(project: String, stage: String)]) async -> Bool {
        await withTaskGroup(of: Bool.self, returning: Bool.self) { group in
            var rest = due[...]
            var hasMoved = false
            func begin() {
                guard let next = rest.popFirst() else { return }
                group.addTask { await self.tryTurn(next.stage, of: next.project) }
            }
            for _ in 0..<Self.width { begin() }
            for await moved in group {
                hasMoved = hasMoved || moved
                begin()
            }
            return hasMoved
        }
    }

    private func tryTurn(_ stage: String, of project: String) async -> Bool {
        do {
            return try await turn(stage, of: project)
        } catch {
            everythingChanged.store(true, ordering: .relaxed)
            log.warning(
                "the promotions into a Stage could not be looked at and will be again", ("project", .text(project)),
                ("stage", .text(stage)), ("error", .text("\(error)")))
            return false
        }
    }

    private func turn(_ stage: String, of project: String) async throws -> Bool {
        let isDrill = decisions.clock.isDrill
        let hasMoved = try await admit.act(in: project) { connection, ground in
            try StageTurn(project: project, stage: stage, ground: ground, isDrill: isDrill).take(connection)
        }
        // What did well here may be waited for elsewhere.
        let now = decisions.clock.now()
        if hasMoved { try await decisions.pool.withConnection { try PromotionWorkStore.wake(project, at: now, $0) } }
        return hasMoved
    }
}
