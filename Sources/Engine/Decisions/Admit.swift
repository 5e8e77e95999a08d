public import Postgres
public import Promotions
import Store
public import Time

/// The one door through which a release is let on.
///
/// It decides inside a transaction that holds off every change to what decides, by a snapshot that was made after the
/// last such change. So once a freeze, or a stricter policy, has been answered, nothing is let on by what held before,
/// whatever this server has heard of it.
public struct Admit: Sendable {
    /// Who wants in where, and how that is judged.
    public struct Request: Sendable {
        /// The project.
        public let project: String
        /// The Stage.
        public let stage: String
        /// Where in its way the promotion is.
        public let moment: Question.Moment
        /// Whether it goes back to what was there before.
        public let isRollback: Bool
        /// What became of the promotion's name, where a deployer outside asks.
        public let claim: Question.Claim?

        /// Who wants in where.
        public init(
            project: String, stage: String, moment: Question.Moment = .entry, isRollback: Bool = false,
            claim: Question.Claim? = nil
        ) {
            self.claim = claim
            self.project = project
            self.stage = stage
            self.moment = moment
            self.isRollback = isRollback
        }
    }

    /// What a decision needs from the database, read in its transaction.
    public struct Facts: Sendable {
        /// What is known of the Freight: nothing is let on without.
        public let freight: FreightFacts
        /// A grant that it brings along.
        public let override: Override?

        /// What a decision needs from the database.
        public init(freight: FreightFacts, override: Override? = nil) {
            self.freight = freight
            self.override = override
        }
    }

    /// What decides, as it stands while a transaction holds off its changes.
    public struct Ground: Sendable {
        /// All that decides.
        public let snapshot: Snapshot
        /// The time: read after the lock, since whoever waited for it must not be judged by the time before.
        public let now: Instant
        /// Why nothing can be told, if so.
        fileprivate let fault: GateCode?

        /// Whether anything can be told at all.
        public var canTell: Bool { fault == nil }

        /// The same, after waiting for something else than that lock.
        public func later(_ now: Instant) -> Ground {
            Ground(snapshot: snapshot, now: max(now, self.now), fault: fault)
        }

        /// The decision about a request.
        public func decision(on request: Request, _ facts: Facts) -> Decision {
            let situation = snapshot.situation(of: request.stage, in: request.project)
            let question = Question(
                at: now, moment: request.moment, isRollback: request.isRollback, claim: request.claim)
            if let fault { return Decision(situation, cannotTell: fault, freight: facts.freight, question) }
            return decide(situation, freight: facts.freight, override: facts.override, question)
        }
    }

    /// What decides has changed since it was read.
    private struct Outdated: Error {}

    /// How often what decides may change while one request is judged.
    private static let attempts = 8

    private let decisions: Decisions

    /// The door, with what it decides by.
    public init(_ decisions: Decisions) {
        self.decisions = decisions
    }

    /// Decides, and does what follows, in one transaction: `effect` records the decision and, where it allows, lets the
    /// release on.
    public func judge<Effect: Sendable>(
        _ request: Request, facts: @escaping @Sendable (borrowing Connection, Snapshot) throws -> Facts,
        effect: @escaping @Sendable (borrowing Connection, Decision) throws -> Effect
    ) async throws -> (Decision, Effect) {
        try await act(in: request.project) { connection, ground in
            let decision = ground.decision(on: request, try facts(connection, ground.snapshot))
            return (decision, try effect(connection, decision))
        }
    }

    /// Does what rests on decisions in a project, in one transaction in which nothing of what decides changes.
    public func act<Effect: Sendable>(
        in project: String, _ body: @escaping @Sendable (borrowing Connection, Ground) throws -> Effect
    ) async throws -> Effect {
        try await act(beginning: { [project: try EpochStore.beginAct(in: project, $0)] }) { connection, grounds in
            guard let ground = grounds[project] else { throw Outdated() }
            return try body(connection, ground)
        }
    }

    /// Does what rests on decisions in several projects, in one transaction: in those of them in which nothing changes
    /// just now, so that nobody waits for a change in somebody else's.
    public func actTogether<Effect: Sendable>(
        in projects: Set<String>,
        _ body: @escaping @Sendable (borrowing Connection, [String: Ground]) throws -> Effect
    ) async throws -> Effect {
        try await act(beginning: { try EpochStore.tryBeginActs(in: projects, $0) }, body)
    }

    private func act<Effect: Sendable>(
        beginning begin: @escaping @Sendable (borrowing Connection) throws -> [String: Int64],
        _ body: @escaping @Sendable (borrowing Connection, [String: Ground]) throws -> Effect
    ) async throws -> Effect {
        for _ in 1..<Self.attempts {
            do {
                return try await attempt(begin, body)
            } catch is Outdated {
                try await decisions.mirror.reload()
            }
        }
        return try await attempt(begin, body, isLast: true)
    }

    private func attempt<Effect: Sendable>(
        _ begin: @escaping @Sendable (borrowing Connection) throws -> [String: Int64],
        _ body: @escaping @Sendable (borrowing Connection, [String: Ground]) throws -> Effect, isLast: Bool = false
    ) async throws -> Effect {
        let decisions = decisions
        let snapshot = decisions.mirror.value
        return try await decisions.pool.transaction { connection in
            let epochs = try begin(connection)
            let outdated = Set(epochs.filter { $0.value != snapshot.epoch(of: $0.key) }.keys)
            if !outdated.isEmpty && !isLast { throw Outdated() }
            let (now, fault) = (decisions.clock.now(), decisions.fault)
            let grounds = epochs.keys.map { project in
                // The last time it changes faster than it can be read.
                (
                    project,
                    Ground(snapshot: snapshot, now: now, fault: outdated.contains(project) ? .storeUnavailable : fault)
                )
            }
            return try body(connection, Dictionary(grounds) { first, _ in first })
        }
    }
}

extension Decisions {
    /// Why nothing can be told at all, if so.
    fileprivate var fault: GateCode? {
        if clock.isSkewed { return .clockSkew }
        return isLogRolledBack ? .auditRolledBack : nil
    }
}
