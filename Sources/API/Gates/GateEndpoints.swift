import Engine
import HTTPServer
import Identity
import JSON
import Promotions
import Time

/// Whether a Stage may be entered, why not, and when.
enum GateEndpoints {
    /// Those who may peek: all who may read, and the machines that ask at gates.
    static let peekers = Access.oneOf(Roles.readers.union(Roles([.gate])))

    static func all(_ service: Service) -> [Endpoint] {
        [
            Endpoint(
                .get, "/v1/projects/{project}/stages/{stage}/gate", peekers, of: service,
                immediate: { request, caller throws(Problem) in
                    guard service.knowsDecisions else { return nil }
                    return try peek(request, caller, service)
                },
                otherwise: { request, caller in
                    let asked = try Asked(request, caller, service)
                    let decision: Decision
                    do {
                        try await service.decisions.makeCertain(of: asked.project)
                        return try peek(request, caller, service)
                    } catch let problem as Problem {
                        throw problem
                    } catch {
                        decision = asked.cannotTell(service)
                    }
                    return response(to: decision)
                })
        ]
    }

    /// What a peek asks.
    private struct Asked {
        let project: String
        let stage: String
        let freight: String?
        let time: AskedInstant
        let question: Question

        init(_ request: Request, _ caller: Caller, _ service: Service) throws(Problem) {
            try request.allowQuery(in: AskedInstant.names + ["freight", "quiet", "rollback"])
            (project, stage) = try request.stage(for: caller)
            freight = try request.queryValue("freight")
            guard freight.map({ (1...128).contains($0.utf8.count) }) ?? true else {
                throw Problem(.badField, "'freight' has 1 to 128 bytes", field: "freight")
            }
            time = try AskedInstant(request, service)
            question = Question(
                at: time.instant, isRollback: try request.queryFlag("rollback"), quiet: try request.querySpan("quiet"))
        }

        func cannotTell(_ service: Service) -> Decision {
            Decision(
                service.decisions.mirror.value.situation(of: stage, in: project), cannotTell: .storeUnavailable,
                freight: nil, question)
        }
    }

    private static func peek(_ request: Request, _ caller: Caller, _ service: Service) throws(Problem) -> Response {
        let asked = try Asked(request, caller, service)
        let decision = service.decisions.peek(
            asked.stage, in: asked.project, freight: asked.freight.map(FreightFacts.unknown), asked.question)
        if asked.time.isExplicit, let gate = decision.gates.first(where: { $0.code.isOutsideCoverage }) {
            throw Problem(.outsideCoverage, decision.reason(of: gate), field: "at")
        }
        return response(to: decision)
    }

    /// 200 lets in, 423 does not, 503 cannot tell: so `curl -f` fails exactly when the gate is not open.
    static func response(to decision: Decision) -> Response {
        let status = decision.isAllowed ? 200 : decision.verdict == .unknown ? 503 : 423
        var response = Response.json(status: status, capacity: 2_048) { json in decision.write(into: &json) }
        response.headers.append(Header("Cache-Control", "no-store"))
        if status == 503 {
            response.headers.append(Header("Retry-After", "1"))
        } else if status == 423, let open = decision.nextOpen, open > decision.question.at {
            let seconds = ((open - decision.question.at).microseconds + 999_999) / 1_000_000
            response.headers.append(Header("Retry-After", String(seconds)))
        }
        return response
    }
}

extension GateCode {
    fileprivate var isOutsideCoverage: Bool { self == .calendarOutsideCoverage || self == .windowOutsideCoverage }
}
