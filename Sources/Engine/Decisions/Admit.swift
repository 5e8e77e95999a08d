public import Postgres
public import Promotions
import Store

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

        /// Who wants in where.
        public init(project: String, stage: String, moment: Question.Moment = .entry, isRollback: Bool = false) {
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
        for _ in 1..<Self.attempts {
            do {
                return try await attempt(request, facts, effect)
            } catch is Outdated {
                try await decisions.mirror.reload()
            }
        }
        return try await attempt(request, facts, effect, isLast: true)
    }

    private func attempt<Effect: Sendable>(
        _ request: Request, _ facts: @escaping @Sendable (borrowing Connection, Snapshot) throws -> Facts,
        _ effect: @escaping @Sendable (borrowing Connection, Decision) throws -> Effect, isLast: Bool = false
    ) async throws -> (Decision, Effect) {
        let decisions = decisions
        let snapshot = decisions.mirror.value
        return try await decisions.pool.transaction { connection in
            let epoch = try EpochStore.beginAct(in: request.project, connection)
            let isOutdated = epoch != snapshot.epoch(of: request.project)
            if isOutdated && !isLast { throw Outdated() }
            let situation = snapshot.situation(of: request.stage, in: request.project)
            let known = try facts(connection, snapshot)
            // Read after the lock: whoever waited for it must not be judged by the time before.
            let question = Question(
                at: decisions.clock.now(), moment: request.moment, isRollback: request.isRollback)
            let decision =
                if isOutdated {
                    // It changes faster than it can be read.
                    Decision(situation, cannotTell: .storeUnavailable, freight: known.freight, question)
                } else if decisions.clock.isSkewed {
                    Decision(situation, cannotTell: .clockSkew, freight: known.freight, question)
                } else {
                    decide(situation, freight: known.freight, override: known.override, question)
                }
            return (decision, try effect(connection, decision))
        }
    }
}
