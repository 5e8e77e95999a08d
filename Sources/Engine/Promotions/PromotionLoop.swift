public import Observability
import Postgres
public import Promotions
import Store
import Synchronization
public import Time

/// Looks at the Stages that promotions wait for, when time has come and at once when somebody calls, and works on those that
/// were let in.
///
/// Every server runs one. A Stage that one of them looks at is held by it, and what somebody works on is leased; nobody
/// leads.
public final class PromotionLoop: Sendable {
    /// How the loop works.
    public struct Configuration: Sendable {
        /// Who does the work outside.
        public var executors = Executors()
        /// How long whoever works on a promotion has it before others take it over, unless they say that they live.
        public var lease = TimeSpan.seconds(30)
        /// Called at each instant at which a kill leaves a promotion in a place of its own.
        public var failpoint: @Sendable (Failpoint, Work?) -> Void = { _, _ in }

        /// What is usual.
        public init() {}
    }

    /// How many Stages are looked at at once.
    private static let width = 8
    /// How many are looked for at once.
    private static let batch = 200
    /// How long nothing is looked at if nothing is heard: for what was heard of while the listener was away.
    private var longestPause: Duration { min(.seconds(5), .microseconds(configuration.lease.microseconds)) }
    private static let shortestPause = Duration.milliseconds(50)
    /// How soon what could not be looked at is looked at again.
    private static let patience = TimeSpan.seconds(1)

    private let decisions: Decisions
    private let configuration: Configuration
    private let admit: Admit
    private let log: Log
    private let (calls, call) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let (leases, leased) = AsyncStream<PromotionWorkStore.Lease>.makeStream()

    /// A loop that decides by these decisions.
    public init(decisions: Decisions, log: Log, _ configuration: Configuration = Configuration()) {
        self.decisions = decisions
        self.configuration = configuration
        self.log = log
        admit = Admit(decisions)
    }

    /// Somebody may have called.
    public func wake() {
        call.yield()
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.pace() }
            group.addTask { await self.lookWhenCalled() }
            group.addTask { await self.work() }
        }
    }

    private func lookWhenCalled() async {
        var unlucky: [StageCallStore.Call: MonotonicTime] = [:]
        for await _ in calls {
            do {
                while try await look(&unlucky) {}
            } catch {
                log.debug("promotions could not be looked at and will be again", ("error", .text("\(error)")))
            }
        }
    }

    /// Calls again when the next look is due, and takes over what nobody works on any more.
    private func pace() async {
        while !Task.isCancelled {
            let wait = try? await takeOver()
            call.yield()
            guard (try? await Task.sleep(for: wait ?? longestPause)) != nil else { return }
        }
    }

    /// Takes over what nobody works on; answers how long nothing is due.
    private func takeOver() async throws -> Duration {
        let now = decisions.clock.now()
        let span = leaseSpan
        let (abandoned, next) = try await decisions.pool.withConnection { connection in
            let next = try StageCallStore.next(at: now, connection)
            guard let next, next <= now else { return ([] as [PromotionWorkStore.Lease], next) }
            return (try PromotionWorkStore.claim(until: now + span, limit: 50, at: now, connection), next)
        }
        for lease in abandoned { leased.yield(lease) }
        guard let next else { return longestPause }
        // A drill's clock may run much faster than the one that sleeps.
        let wait = Duration.microseconds(Int64(Double((next - now).microseconds) / max(decisions.clock.rate, 1)))
        return min(max(wait, Self.shortestPause), longestPause)
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            for await lease in leases {
                group.addTask { await self.worker(lease).work() }
            }
        }
    }

    private func worker(_ lease: PromotionWorkStore.Lease) -> PromotionWorker {
        let record = WorkRecord(
            lease: lease, admit: admit, pool: decisions.pool, executors: configuration.executors, span: leaseSpan,
            isDrill: decisions.clock.isDrill)
        return PromotionWorker(
            record: record, clock: decisions.clock, log: log, failpoint: configuration.failpoint)
    }

    /// A lease is as long in the world as it is said to be, however fast a drill's clock runs.
    private var leaseSpan: TimeSpan {
        TimeSpan(microseconds: Int64(Double(configuration.lease.microseconds) * max(decisions.clock.rate, 1)))
    }

    /// Looks at what is due; answers whether there may be more.
    private func look(_ unlucky: inout [StageCallStore.Call: MonotonicTime]) async throws -> Bool {
        let now = decisions.clock.now()
        let due = try await decisions.pool.withConnection { try StageCallStore.due(at: now, limit: Self.batch, $0) }
        unlucky = unlucky.filter { MonotonicTime.now() - $0.value < Self.patience }
        let lucky = due.filter { unlucky[$0] == nil }
        guard !lucky.isEmpty else { return false }
        let outcomes = await turns(lucky)
        for (call, luck) in outcomes where luck == .failed { unlucky[call] = .now() }
        return outcomes.contains { $0.luck == .taken }
    }

    /// What became of an answer to a call.
    private enum Luck {
        case taken
        /// Somebody else has the Stage in their hands; it is called for again when they let it go.
        case busy
        case failed
    }

    /// Takes several turns, some at a time; what comes to nothing is no other's trouble.
    private func turns(_ due: [StageCallStore.Call]) async -> [(call: StageCallStore.Call, luck: Luck)] {
        await withTaskGroup(of: (StageCallStore.Call, Luck).self) { group in
            var rest = due[...]
            var outcomes: [(StageCallStore.Call, Luck)] = []
            func begin() {
                guard let next = rest.popFirst() else { return }
                group.addTask { (next, await self.tryTurn(next)) }
            }
            for _ in 0..<Self.width { begin() }
            for await outcome in group {
                outcomes.append(outcome)
                begin()
            }
            return outcomes
        }
    }

    private func tryTurn(_ due: StageCallStore.Call) async -> Luck {
        do {
            guard let stage = due.stage else {
                try await spread(due.project)
                return .taken
            }
            return try await turn(stage, of: due.project) ? .taken : .busy
        } catch {
            log.warning(
                "the promotions into a Stage could not be looked at and will be again", ("project", .text(due.project)),
                ("stage", .text(due.stage ?? "")), ("error", .text("\(error)")))
            return .failed
        }
    }

    /// Answers a call for all of a project by one for each of its Stages, as they are now.
    private func spread(_ project: String) async throws {
        try await admit.act(in: project) { connection, ground in
            let stages = ground.snapshot.projects[project]?.line.stages.values
            try StageCallStore.spread(over: stages.map(Array.init) ?? [], of: project, connection)
        }
    }

    private func turn(_ stage: String, of project: String) async throws -> Bool {
        let (executors, span, isDrill) = (configuration.executors, leaseSpan, decisions.clock.isDrill)
        configuration.failpoint(.beforeStart, nil)
        let outcome = try await admit.act(in: project) { connection, ground in
            try StageTurn(
                project: project, stage: stage, ground: ground, executors: executors, leaseSpan: span, isDrill: isDrill
            ).take(connection)
        }
        guard case .taken(let lease) = outcome else { return false }
        if let lease {
            configuration.failpoint(.afterStart, nil)
            leased.yield(lease)
        }
        return true
    }
}
