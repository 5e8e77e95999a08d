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
        let ask = OutsideRound.Ask(question: question, request: request, caller: caller, service: service)
        do {
            switch try await service.desk.answer(ask) {
            case .answered(let decision, let event):
                return response(decision, question, event, status: status(decision))
            case .badToken:
                throw Problem.tokenOver
            case .later:
                throw PostgresError.unexpected("a question that was asked alone was put off")
            }
        } catch {
            return try cannotTell(question, error, service, status: status)
        }
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
