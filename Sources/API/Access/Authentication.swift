import Engine
import HTTPServer
import Identity
import Time

extension Service {
    /// Finds out who sent a request, and whether they may ask this. What only tells how the server is doing may be asked
    /// `evenIfStale`: a token that was revoked a moment ago learns nothing by it, and an outage is when it is asked.
    func admit(_ request: Request, _ access: Access, evenIfStale: Bool = false) throws(Problem) -> Caller {
        guard readiness.currentPhase != .starting else {
            throw Problem(.notReady, "the server is starting", headers: [Header("Retry-After", "1")])
        }
        // A token revoked elsewhere may still be in memory when changes are not heard of.
        guard evenIfStale || readiness.hearsChanges else {
            throw Problem(
                .storeUnavailable, "tokens cannot be checked: the database's changes are not heard of",
                headers: [Header("Retry-After", "1")])
        }
        let entry = try authenticate(request)
        if let wait = entry.use(at: clock.now(), monotonic: .now()) {
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

    private func authenticate(_ request: Request) throws(Problem) -> TokenDirectory.Entry {
        guard let presented = request.headers["authorization"] else {
            throw unproven(
                request, .noToken, "the request has no token",
                hint: "send -H \"Authorization: Bearer $GATEHOUSE_TOKEN\"")
        }
        guard let secret = Self.bearer(presented) else {
            throw unproven(request, .badToken, "the Authorization header is not of the form 'Bearer TOKEN'")
        }
        guard let entry = tokens.find(TokenSecret(secret)) else {
            throw unproven(request, .badToken, "there is no such token, or it was revoked")
        }
        if let end = entry.token.grant.expiresAt, end <= clock.now() {
            throw unproven(
                request, .expiredToken, "the token '\(entry.token.name)' expired at \(end.text)",
                hint: "ask an admin for a new one")
        }
        return entry
    }

    private static func bearer(_ header: String) -> String? {
        let bytes = header.utf8
        guard bytes.count <= 1_024, let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        guard String(header[..<space]).isBearer else { return nil }
        return String(header[bytes.index(after: space)...])
    }

    private func unproven(_ request: Request, _ code: ProblemCode, _ detail: String, hint: String? = nil) -> Problem {
        if code != .noToken { failures.record(address: request.clientAddress, requestID: request.id) }
        return Problem(code, detail, hint: hint, headers: [Header("WWW-Authenticate", "Bearer realm=\"gatehouse\"")])
    }
}

extension String {
    /// The scheme's name, in any case.
    fileprivate var isBearer: Bool {
        self == "Bearer" || self == "bearer" || lowercased() == "bearer"
    }
}
