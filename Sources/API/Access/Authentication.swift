import Crypto
import Engine
import HTTPServer
import Identity
import Time

extension Service {
    /// Finds out who sent a request, and whether they may ask this, from memory alone.
    ///
    /// A token revoked elsewhere may still be in memory when changes are not heard of. What only tells how the server is
    /// doing may be asked `evenIfStale`: it gives nothing away, and an outage is when it is asked.
    func admit(_ request: Request, _ access: Access, evenIfStale: Bool = false) throws(Problem) -> Caller {
        guard evenIfStale || knowsTokens(at: request.receivedAt) else {
            _ = try presentedHash(request)
            throw Problem(
                .storeUnavailable, "tokens cannot be checked: the database's changes are not heard of",
                headers: [Header("Retry-After", "1")])
        }
        return try admitFromMemory(request, access)
    }

    /// Finds it out from memory, which the caller has made sure can be trusted.
    func admitFromMemory(_ request: Request, _ access: Access) throws(Problem) -> Caller {
        try admit(tokens.find(hash: presentedHash(request)), request, access)
    }

    /// Finds it out from the database itself: while its changes are not heard of, what is in memory may be out of date.
    func admitAsking(_ request: Request, _ access: Access) async throws(Problem) -> Caller {
        try admit(await ask(presentedHash(request), request), request, access)
    }

    /// Finds it out by a key in the query: programs that read calendars send no header.
    ///
    /// Addresses are kept in histories and logs, so only a token that can do no more than look at named projects is taken.
    func admitFeed(_ request: Request, _ access: Access, key: String) async throws(Problem) -> Caller {
        let hash = TokenSecret(key).hash
        let entry = knowsTokens(at: request.receivedAt) ? tokens.find(hash: hash) : try await ask(hash, request)
        let caller = try admit(entry, request, access)
        guard caller.grant.roles == Roles([.viewer]), caller.grant.projects != nil else {
            throw Problem(
                .badToken, "a key in the query must be a token with no role but viewer, for named projects",
                field: "key", hint: "make one: gatehouse token create --kind robot --role viewer --project NAME")
        }
        return caller
    }

    private func ask(_ hash: [UInt8], _ request: Request) async throws(Problem) -> TokenDirectory.Entry? {
        let entry: TokenDirectory.Entry?
        do {
            entry = try await tokens.ask(hash: hash)
        } catch {
            throw problem(for: error, request)
        }
        return entry
    }

    /// Whether what is in memory of tokens is all that there is to know.
    func knowsTokens(at now: MonotonicTime) -> Bool {
        readiness.hearsChanges(at: now) && tokens.mirror.isCurrent
    }

    /// Whether what is in memory of all that decides still holds.
    func knowsDecisions(at now: MonotonicTime) -> Bool {
        readiness.hearsChanges(at: now) && decisions.mirror.isCurrent
    }

    /// Makes sure that what is in memory of all that decides holds: asks the database where that is not certain.
    @inline(never)  // Swift 6.3.1 crashes when it splits a caller with this in it.
    func makeDecisionsCertain(of project: String? = nil) async throws {
        if !knowsDecisions(at: .now()) { try await decisions.makeCertain(of: project) }
    }

    /// The hash of the secret that a request presents.
    private func presentedHash(_ request: Request) throws(Problem) -> [UInt8] {
        guard readiness.currentPhase != .starting else {
            throw Problem(.notReady, "the server is starting", headers: [Header("Retry-After", "1")])
        }
        guard let presented = request.headers["authorization"] else {
            throw unproven(
                request, .noToken, "the request has no token",
                hint: "send -H \"Authorization: Bearer $GATEHOUSE_TOKEN\"")
        }
        guard let hash = Self.bearerHash(presented.utf8.span) else {
            throw unproven(request, .badToken, "the Authorization header is not of the form 'Bearer TOKEN'")
        }
        return hash
    }

    private func admit(
        _ entry: TokenDirectory.Entry?, _ request: Request, _ access: Access
    ) throws(Problem) -> Caller {
        guard let entry else {
            throw unproven(request, .badToken, "there is no such token, or it was revoked")
        }
        let now = clock.now(at: request.receivedAt)
        if let end = entry.token.grant.expiresAt, end <= now {
            throw unproven(
                request, .expiredToken, "the token '\(entry.token.name)' expired at \(end.text)",
                hint: "ask an admin for a new one")
        }
        if let wait = entry.use(at: now, monotonic: request.receivedAt) {
            let seconds = wait.microseconds / 1_000_000 + 1
            throw Problem(
                .tooFast, "the token '\(entry.token.name)' is used too often", hint: "wait \(seconds) s",
                headers: [Header("Retry-After", String(seconds))])
        }
        let caller = Caller(token: entry.token, address: request.clientAddress)
        if case .oneOf(let roles) = access, caller.grant.roles.isDisjoint(with: roles) {
            let needed = roles.list.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .forbidden, "the token '\(caller.token.name)' has none of the roles that may do this",
                hint: "one of: \(needed)")
        }
        return caller
    }

    private static func bearerHash(_ header: Span<UInt8>) -> [UInt8]? {
        let scheme: InlineArray<7, UInt8> = [0x62, 0x65, 0x61, 0x72, 0x65, 0x72, 0x20]  // "bearer "
        guard (scheme.count...1_024).contains(header.count) else { return nil }
        // The scheme's name may be in any case; setting the bit that tells cases apart leaves the space as it is.
        for index in scheme.indices where header[index] | 0x20 != scheme[index] { return nil }
        return SHA256.hash(header.extracting(scheme.count...))
    }

    private func unproven(_ request: Request, _ code: ProblemCode, _ detail: String, hint: String? = nil) -> Problem {
        if code != .noToken { failures.record(address: request.clientAddress, requestID: request.id) }
        return Problem(code, detail, hint: hint, headers: [Header("WWW-Authenticate", "Bearer realm=\"gatehouse\"")])
    }
}

extension Request {
    /// The key in the query, where no header says who asks.
    var feedKey: String? {
        get throws(Problem) {
            guard headers["authorization"] == nil, let key = try queryValue("key") else { return nil }
            guard (1...200).contains(key.utf8.count) else {
                throw Problem(.badField, "'key' has 1 to 200 bytes", field: "key")
            }
            return key
        }
    }
}
