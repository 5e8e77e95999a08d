import Engine
import HTTPServer
import Identity
import JSON
import Locks
import Postgres
import Promotions
import Store
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
                    guard service.knowsDecisions(at: request.receivedAt) else { return nil }
                    if let answer = try remembered(request, caller, service) { return answer }
                    // What is known of Freight stands in the database.
                    guard try request.queryValue("freight") == nil else { return nil }
                    return try peek(try Asked(request, caller, service), nil, request, service)
                },
                otherwise: { request, caller in
                    let asked = try Asked(request, caller, service)
                    let decision: Decision
                    do {
                        try await service.makeDecisionsCertain(of: asked.project)
                        let facts = try await facts(asked, service)
                        return try peek(asked, facts, request, service)
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
    private struct Asked: Sendable {
        let project: String
        let stage: String
        let freight: String?
        let time: AskedInstant
        let question: Question

        private static let parameters = AskedInstant.names + ["freight", "quiet", "rollback"]

        init(_ request: Request, _ caller: Caller, _ service: Service) throws(Problem) {
            try request.allowQuery(in: Self.parameters)
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

    /// The answer of a moment ago, where only the moment differs.
    private static func remembered(
        _ request: Request, _ caller: Caller, _ service: Service
    ) throws(Problem) -> Response? {
        guard !service.decisions.isLogRolledBack, let answer = service.peekMemory[request.path] else { return nil }
        try request.check(caller, reaches: answer.stage, of: answer.project)
        let now = service.clock.now(at: request.receivedAt)
        guard service.decisions.goesBy(answer.snapshot), let body = answer.body(at: now) else {
            return nil
        }
        return response(status: answer.status, body: body, nextOpen: answer.nextOpen, at: now)
    }

    /// What is known of the Freight that is asked about, and the leave that any promotion of it could use.
    private static func facts(_ asked: Asked, _ service: Service) async throws -> Admit.Facts? {
        guard let freight = asked.freight else { return nil }
        let snapshot = service.decisions.mirror.value
        let (stage, project, now) = (asked.stage, asked.project, asked.question.at)
        return try await service.pool.withConnection { connection in
            let facts = try FreightFactsReader.facts(
                of: freight, for: stage, in: project, snapshot, at: now, connection)
            let passage = PassageKey(facts.id, in: StageKey(stage, of: project))
            let grants = try Grants(for: [passage], snapshot, at: now, connection)
            return Admit.Facts(
                freight: facts, override: try grants.overrides(for: nil, of: passage, connection).first)
        }
    }

    private static func peek(
        _ asked: Asked, _ facts: Admit.Facts?, _ request: Request, _ service: Service
    ) throws(Problem) -> Response {
        let (situation, snapshot) = service.decisions.situation(of: asked.stage, in: asked.project)
        guard !service.decisions.isLogRolledBack else {
            let freight = facts?.freight
            return response(to: Decision(situation, cannotTell: .auditRolledBack, freight: freight, asked.question))
        }
        let decision = decide(situation, freight: facts?.freight, override: facts?.override, asked.question)
        if asked.time.isExplicit, let gate = decision.gates.first(where: { $0.code.isOutsideCoverage }) {
            throw Problem(.outsideCoverage, decision.reason(of: gate), field: "at")
        }
        let answer = response(to: decision)
        if !asked.time.isExplicit { service.remember(answer, to: decision, snapshot, for: request.path) }
        return answer
    }

    /// 200 lets in, 423 does not, 503 cannot tell: so `curl -f` fails exactly when the gate is not open.
    static func response(to decision: Decision, status: Int? = nil) -> Response {
        let status = status ?? (decision.isAllowed ? 200 : decision.verdict == .unknown ? 503 : 423)
        return response(
            status: status, body: JSONWriter.object(capacity: 2_048) { json in decision.write(into: &json) },
            nextOpen: status == 423 ? decision.nextOpen : nil, at: decision.question.at)
    }

    private static func response(status: Int, body: [UInt8], nextOpen: Instant?, at now: Instant) -> Response {
        var response = Response(status: status, contentType: "application/json", body: body)
        response.headers.reserveCapacity(3)
        response.headers.append(Header("Cache-Control", "no-store"))
        if status == 503 {
            response.headers.append(Header("Retry-After", "1"))
        } else if let nextOpen, nextOpen > now {
            let seconds = ((nextOpen - now).microseconds + 999_999) / 1_000_000
            response.headers.append(Header("Retry-After", String(seconds)))
        }
        return response
    }
}

extension Service {
    fileprivate var peekMemory: PeekMemory { peekMemories[Sharding.place] }

    fileprivate func remember(_ answer: Response, to decision: Decision, _ snapshot: Snapshot, for target: String) {
        guard case .bytes(let body) = answer.body,
            let remembered = PeekMemory.Answer(decision, snapshot, status: answer.status, body: body)
        else { return }
        peekMemory.remember(remembered, for: target)
    }
}

extension GateCode {
    fileprivate var isOutsideCoverage: Bool { self == .calendarOutsideCoverage || self == .windowOutsideCoverage }
}
