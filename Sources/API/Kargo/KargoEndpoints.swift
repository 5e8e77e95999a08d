import Engine
import HTTPServer
import Identity
import JSON
import Postgres
import Promotions
import Store
import Time

/// Deployers outside ask whether they may go on: Kargo's steps and jobs, and pipelines of CI.
enum KargoEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let askers = Access.oneOf(Roles([.gate, .operator]))
        return [
            Endpoint(.post, "/v1/kargo/decide", askers, of: service) { request, caller in
                try request.allowQuery()
                let question: KargoQuestion
                do throws(Problem) {
                    question = try KargoQuestion(request)
                } catch  where error.code.status < 500 {
                    return unreadable(error)
                }
                return try await answer(question, request, caller, service) { _ in 200 }
            },
            Endpoint(.post, "/v1/kargo/enforce", askers, of: service) { request, caller in
                try request.allowQuery()
                return try await answer(try KargoQuestion(request), request, caller, service, status: status)
            },
        ]
    }

    private static func status(_ decision: Decision) -> Int {
        decision.isAllowed ? 200 : decision.verdict == .unknown ? 503 : 423
    }

    private static func answer(
        _ question: KargoQuestion, _ request: Request, _ caller: Caller, _ service: Service,
        status: @escaping @Sendable (Decision) -> Int
    ) async throws -> Response {
        try request.check(caller, reaches: question.stage, of: question.project)
        do {
            return try await service.act(request, by: caller, in: question.project, isJudgedAnew: true) {
                connection, ground in
                let events = EventWriter(request, by: caller, at: ground.now, service)
                try OutsideTurn(question: question, ground: ground, events: events).foresee(connection)
                // Only who could go in waits for those who are looking at the Stage; what they do may change the answer.
                try StageCallStore.hold(question.stage, of: question.project, connection)
                return try letOn(question, ground.later(service.clock.now()), request, caller, service, connection)
            }
        } catch let refused as OutsideTurn.Refused {
            do {
                return try await refuse(refused.decision, question, request, caller, service, status: status)
            } catch {
                return try cannotTell(question, error, service, status: status)
            }
        } catch {
            return try cannotTell(question, error, service, status: status)
        }
    }

    private static func refuse(
        _ decision: Decision, _ question: KargoQuestion, _ request: Request, _ caller: Caller, _ service: Service,
        status: @Sendable (Decision) -> Int
    ) async throws -> Response {
        let events = EventWriter(request, by: caller, at: decision.question.at, service)
        let log = DecisionLog(question: question, events: events)
        let event = try await service.refusals.write(.init(log: log, decision: decision))
        return response(decision, question, event, status: status(decision))
    }

    private static func letOn(
        _ question: KargoQuestion, _ ground: Admit.Ground, _ request: Request, _ caller: Caller, _ service: Service,
        _ connection: borrowing Connection
    ) throws -> Written {
        let events = EventWriter(request, by: caller, at: ground.now, service)
        let (decision, event) = try OutsideTurn(question: question, ground: ground, events: events).letOn(connection)
        let log = DecisionLog(question: question, events: events)
        try RefusalBook.endRun(of: log, connection)
        return Written(status: 200, body: body(decision, question, event))
    }

    /// The decision, and the event that tells it, by whose number it is found in the log.
    private static func body(_ decision: Decision, _ question: KargoQuestion, _ event: Int64?) -> [UInt8] {
        JSONWriter.object(capacity: 2_048) { json in
            decision.write(into: &json)
            json.member("promotion", question.promotion)
            json.member("decisionId", event.map { String($0) })
            if !question.warnings.isEmpty { json.member("warnings", question.warnings) }
        }
    }

    private static func response(
        _ decision: Decision, _ question: KargoQuestion, _ event: Int64?, status: Int
    ) -> Response {
        var response = GateEndpoints.response(to: decision, status: status)
        response.body = .bytes(body(decision, question, event))
        return response
    }

    /// Kargo's step takes any status but 200 for an accident: it is told in the answer that nothing was understood.
    private static func unreadable(_ problem: Problem) -> Response {
        .json { json in
            json.member("allowed", false)
            json.member("final", false)
            json.member("verdict", Verdict.unknown.rawValue)
            json.member("code", problem.code.text)
            json.member("reason", problem.detail)
            json.member("field", problem.field)
            json.member("hint", problem.hint)
        }
    }

    /// What cannot be asked, or cannot be written down, is unknown.
    private static func cannotTell(
        _ question: KargoQuestion, _ error: any Error, _ service: Service, status: @Sendable (Decision) -> Int
    ) throws -> Response {
        guard let failure = error as? PostgresError, failure.isUnavailable || failure.isTimeout || failure.isRetryable
        else { throw error }
        let decision = Decision(
            service.decisions.mirror.value.situation(of: question.stage, in: question.project),
            cannotTell: .storeUnavailable, freight: nil, Question(at: service.clock.now()))
        return response(decision, question, nil, status: status(decision))
    }
}
