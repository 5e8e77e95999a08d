import Crypto
import Engine
import HTTPServer
import Identity
import Postgres
import Store
import Time

/// The answer to a request that changed something, and what of it a repetition of the request gets.
struct Written: Sendable {
    let status: Int
    let location: String?
    let body: [UInt8]
    /// Differs from `body` where that shows a secret, which is never kept.
    let bodyForRepetition: [UInt8]

    init(status: Int, location: String? = nil, body: [UInt8], bodyForRepetition: [UInt8]? = nil) {
        self.status = status
        self.location = location
        self.body = body
        self.bodyForRepetition = bodyForRepetition ?? body
    }
}

extension Service {
    /// Makes a change in one transaction, together with its events and with the answer that its key gets.
    func write(
        _ request: Request, by caller: Caller,
        _ change: @escaping @Sendable (borrowing Connection, Instant) throws -> Written
    ) async throws -> Response {
        let key = try idempotencyKey(of: request, caller)
        let (now, tokenID) = (clock.now(), caller.token.id)
        return try await again { [pool] in
            try await pool.transaction { connection in
                try Self.answer(key, tokenID, at: now, connection) { try change($0, now) }
            }
        }
    }

    /// Does what rests on decisions in a project, in one transaction of the door, together with its events and with the
    /// answer that its key gets.
    func act(
        _ request: Request, by caller: Caller, in project: String,
        _ act: @escaping @Sendable (borrowing Connection, Admit.Ground) throws -> Written
    ) async throws -> Response {
        let key = try idempotencyKey(of: request, caller)
        let tokenID = caller.token.id
        return try await again { [admit] in
            try await admit.act(in: project) { connection, ground in
                try Self.answer(key, tokenID, at: ground.now, connection) { try act($0, ground) }
            }
        }
    }

    /// Tries twice: somebody else may have taken a name that was free when a change looked; then it sees that.
    private func again(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let error as PostgresError where error.isUniqueViolation {
            return try await body()
        }
    }

    private static func answer(
        _ key: IdempotencyStore.Key?, _ tokenID: String, at now: Instant, _ connection: borrowing Connection,
        _ change: (borrowing Connection) throws -> Written
    ) throws -> Response {
        // The token was found in memory: what it lets somebody change, it lets them change while it is valid.
        guard try TokenStore.holdValid(tokenID, at: now, connection) else {
            throw Problem.tokenOver
        }
        guard let key else { return response(try change(connection)) }
        switch try take(key, at: now, connection) {
        case .answered(let answer): return response(repeating: answer)
        case .otherRequest:
            throw Problem(
                .keyReused, "the Idempotency-Key was used for another request to this path", field: "Idempotency-Key",
                hint: "use a new key for a new request")
        case .fresh:
            let written = try change(connection)
            let kept = IdempotencyStore.Answer(
                status: written.status, location: written.location, body: written.bodyForRepetition)
            try IdempotencyStore.keep(kept, for: key, connection)
            return response(written)
        }
    }

    /// Takes the key; whoever else holds it for long is the first request, still at work.
    private static func take(
        _ key: IdempotencyStore.Key, at now: Instant, _ connection: borrowing Connection
    ) throws -> IdempotencyStore.Finding {
        do {
            return try IdempotencyStore.take(key, at: now, connection)
        } catch let error where error.sqlState == "55P03" {
            throw Problem(
                .keyInUse, "the first request with this Idempotency-Key is not finished", field: "Idempotency-Key",
                hint: "send it again in a second", headers: [Header("Retry-After", "1")])
        }
    }

    private func idempotencyKey(of request: Request, _ caller: Caller) throws(Problem) -> IdempotencyStore.Key? {
        guard let text = request.headers["idempotency-key"] else { return nil }
        guard (1...200).contains(text.utf8.count) else {
            throw Problem(.badHeader, "an Idempotency-Key has 1 to 200 bytes", field: "Idempotency-Key")
        }
        return IdempotencyStore.Key(
            subject: caller.subject, targetHash: try Self.targetHash(of: request), text: text,
            requestHash: SHA256.hash(request.body))
    }

    /// Where a request goes: the same for every way to write its path, and short however long that is.
    private static func targetHash(of request: Request) throws(Problem) -> [UInt8] {
        let parts = [request.method.rawValue] + (try request.decodedTarget())
        // With their lengths before them, the parts of two targets never make one text.
        return SHA256.hash(parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    private static func response(_ written: Written) -> Response {
        response(status: written.status, location: written.location, body: written.body)
    }

    private static func response(repeating answer: IdempotencyStore.Answer) -> Response {
        var response = response(status: answer.status, location: answer.location, body: answer.body)
        response.headers.append(Header("Idempotent-Replayed", "true"))
        return response
    }

    private static func response(status: Int, location: String?, body: [UInt8]) -> Response {
        var response =
            body.isEmpty
            ? Response(status: status) : Response(status: status, contentType: "application/json", body: body)
        response.headers.append(Header("Cache-Control", "no-store"))
        if let location { response.headers.append(Header("Location", location)) }
        return response
    }
}

extension Problem {
    /// The token was valid when it was found in memory, and is not any more.
    static var tokenOver: Problem {
        Problem(.badToken, "the token was revoked or has expired", hint: "ask an admin for a new one")
    }
}
