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
        guard evenIfStale || knowsTokens else {
            _ = try presentedSecret(request)
            throw Problem(
                .storeUnavailable, "tokens cannot be checked: the database's changes are not heard of",
                headers: [Header("Retry-After", "1")])
        }
        return try admitFromMemory(request, access)
    }

    /// Finds it out from memory, which the caller has made sure can be trusted.
    func admitFromMemory(_ request: Request, _ access: Access) throws(Problem) -> Caller {
        try admit(tokens.find(presentedSecret(request)), request, access)
    }

    /// Finds it out from the database itself: while its changes are not heard of, what is in memory may be out of date.
    func admitAsking(_ request: Request, _ access: Access) async throws(Problem) -> Caller {
        try admit(await ask(presentedSecret(request), request), request, access)
    }

    /// Finds it out by a key in the query: programs that read calendars send no header.
    ///
    /// Addresses are kept in histories and logs, so only a token that can do no more than look at named projects is taken.
    func admitFeed(_ request: Request, _ access: Access, key: String) async throws(Problem) -> Caller {
        let secret = TokenSecret(key)
        let entry = knowsTokens ? tokens.find(secret) : try await ask(secret, request)
        let caller = try admit(entry, request, access)
        guard caller.grant.roles == Roles([.viewer]), caller.grant.projects != nil else {
            throw Problem(
                .badToken, "a key in the query must be a token with no role but viewer, for named projects",
                field: "key", hint: "make one: gatehouse token create --kind robot --role viewer --project NAME")
        }
        return caller
    }

    private func ask(_ secret: TokenSecret, _ request: Request) async throws(Problem) -> TokenDirectory.Entry? {
        let entry: TokenDirectory.Entry?
        do {
            entry = try await tokens.ask(secret)
        } catch {
            throw problem(for: error, request)
        }
        return entry
    }

    /// Whether what is in memory of tokens is all that there is to know.
    var knowsTokens: Bool {
        readiness.hearsChanges && tokens.mirror.isCurrent
    }

    /// Whether what is in memory of all that decides still holds.
    var knowsDecisions: Bool {
        readiness.hearsChanges && decisions.mirror.isCurrent
    }

    private func presentedSecret(_ request: Request) throws(Problem) -> TokenSecret {
        guard readiness.currentPhase != .starting else {
            throw Problem(.notReady, "the server is starting", headers: [Header("Retry-After", "1")])
        }
        guard let presented = request.headers["authorization"] else {
            throw unproven(
                request, .noToken, "the request has no token",
                hint: "send -H \"Authorization: Bearer $GATEHOUSE_TOKEN\"")
        }
        guard let secret = Self.bearer(presented) else {
            throw unproven(request, .badToken, "the Authorization header is not of the form 'Bearer TOKEN'")
        }
        return TokenSecret(secret)
    }

    private func admit(
        _ entry: TokenDirectory.Entry?, _ request: Request, _ access: Access
    ) throws(Problem) -> Caller {
        guard let entry else {
            throw unproven(request, .badToken, "there is no such token, or it was revoked")
        }
        let now = clock.now()
        if let end = entry.token.grant.expiresAt, end <= now {
            throw unproven(
                request, .expiredToken, "the token '\(entry.token.name)' expired at \(end.text)",
                hint: "ask an admin for a new one")
        }
        if let wait = entry.use(at: now, monotonic: .now()) {
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

    private static func bearer(_ header: String) -> String? {
        let scheme = "bearer ".utf8
        guard (scheme.count...1_024).contains(header.utf8.count) else { return nil }
        // The scheme's name may be in any case; setting the bit that tells cases apart leaves the space as it is.
        let isBearer = header.utf8.prefix(scheme.count).elementsEqual(scheme) { $0 | 0x20 == $1 }
        return isBearer ? String(Substring(header.utf8.dropFirst(scheme.count))) : nil
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
