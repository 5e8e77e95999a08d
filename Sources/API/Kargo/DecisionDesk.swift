import Engine
import Postgres

/// Where deployers outside are answered: as many as ask at once, together; alone, whoever would have to wait for others.
final class DecisionDesk: Sendable {
    private let rounds = Gathering(width: 1, serve: DecisionDesk.together)

    func answer(_ ask: OutsideRound.Ask) async throws -> OutsideRound.Outcome {
        let outcome = try await rounds.join(ask)
        guard case .later = outcome else { return outcome }
        do {
            return try await Self.alone(ask)
        } catch let error as PostgresError where error.isUniqueViolation {
            // Somebody else has taken a name that was free; now that is seen.
            return try await Self.alone(ask)
        }
    }

    private static func together(
        _ asks: [OutsideRound.Ask]
    ) async -> [Result<OutsideRound.Outcome, any Error>] {
        guard let service = asks.first?.service else { return [] }
        do {
            let projects = Set(asks.map(\.question.project))
            let outcomes = try await service.admit.actTogether(in: projects) { connection, grounds in
                var round = OutsideRound(asks, grounds, waits: false)
                return try round.take(connection)
            }
            return outcomes.map { .success($0) }
        } catch let error as PostgresError where error.isUnavailable {
            return asks.map { _ in .failure(error) }
        } catch {
            // One of them stands in the way of the others: alone, each hears of its own trouble only.
            return asks.map { _ in .success(.later) }
        }
    }

    private static func alone(_ ask: OutsideRound.Ask) async throws -> OutsideRound.Outcome {
        let project = ask.question.project
        return try await ask.service.admit.act(in: project) { connection, ground in
            var round = OutsideRound([ask], [project: ground], waits: true)
            return try round.take(connection).first ?? .later
        }
    }
}
