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
        do {
            return try await write(under: key, with: caller.token.id, change)
        } catch let error as PostgresError where error.isUniqueViolation {
            // Somebody else took a name that was free when this change looked; now it sees that.
            return try await write(under: key, with: caller.token.id, change)
        }
    }

    private func write(
        under key: IdempotencyStore.Key?, with tokenID: String,
        _ change: @escaping @Sendable (borrowing Connection, Instant) throws -> Written
    ) async throws -> Response {
        let now = clock.now()
        return try await pool.transaction { connection in
            // The token was found in memory: what it lets somebody change, it lets them change while it is valid.
            guard try TokenStore.holdValid(tokenID, at: now, connection) else {
                throw Problem(.badToken, "the token was revoked or has expired", hint: "ask an admin for a new one")
            }
            guard let key else { return Self.response(try change(connection, now)) }
            switch try Self.take(key, at: now, connection) {
            case .answered(let answer): return Self.response(repeating: answer)
            case .otherRequest:
                throw Problem(
                    .keyReused, "the Idempotency-Key was used for another request to this path",
                    field: "Idempotency-Key",
                    hint: "use a new key for a new request")
            case .fresh:
                let written = try change(connection, now)
                let kept = IdempotencyStore.Answer(
                    status: written.status, location: written.location, body: written.bodyForRepetition)
                try IdempotencyStore.keep(kept, for: key, connection)
                return Self.response(written)
            }
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
