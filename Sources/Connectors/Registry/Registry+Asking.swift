internal import HTTPClient
internal import Locks
internal import Time

extension Registry {
    /// The answer to a question, with whatever lets this server in; every status but 200 is an error.
    func ask(_ question: Question, of repository: Repository) async throws(RegistryError) -> HTTPClientResponse {
        let answer = try await answer(to: question, of: repository)
        try Self.check(answer, of: repository, hasCredentials: credentials.login(for: repository.name.host) != nil)
        return answer
    }

    /// The answer, which may be a redirect; asked once more if the registry first wants to know who asks.
    func answer(to question: Question, of repository: Repository) async throws(RegistryError) -> HTTPClientResponse {
        let key = TokenMemory.Key(host: repository.name.apiHost, path: repository.name.path)
        let known = tokens.withLock { $0.authorization(for: key, at: .now()) }
        let first = try await send(question, to: repository, authorization: known)
        guard first.status == 401, let challenge = Challenge(headers: first.values("www-authenticate")) else {
            return first
        }
        let authorization: Authorization
        switch challenge {
        case .basic:
            guard let login = credentials.login(for: repository.name.host) else { return first }
            authorization = Authorization(value: login.basic, lifetime: .hours(1))
        case .bearer(let realm, let service, let scope):
            authorization = try await token(
                from: realm, service: service, scope: scope ?? "repository:\(repository.name.path):pull",
                for: repository)
        }
        let second = try await send(question, to: repository, authorization: authorization.value)
        if second.status != 401 { tokens.withLock { $0.keep(authorization, for: key, at: .now()) } }
        return second
    }

    private func send(
        _ question: Question, to repository: Repository, authorization: String?
    ) async throws(RegistryError) -> HTTPClientResponse {
        var headers = question.accept.map { (name: "Accept", value: $0) }
        if let authorization { headers.append((name: "Authorization", value: authorization)) }
        return try await send(
            HTTPClientRequest(
                method: question.method, url: repository.base + question.target, headers: headers,
                timeoutMilliseconds: limits.timeoutMilliseconds, maximumBodyBytes: question.limit), for: repository)
    }

    /// Sends a request; what the client says is told as what it means here.
    func send(
        _ request: HTTPClientRequest, for repository: Repository
    ) async throws(RegistryError) -> HTTPClientResponse {
        do { return try await client.send(request) } catch {
            switch error {
            case .timedOut: throw repository.error(.slow)
            case .tooLarge(let limit): throw repository.error(.tooLarge(limit: limit))
            default: throw repository.error(.unreachable(error))
            }
        }
    }

    static func check(
        _ answer: HTTPClientResponse, of repository: Repository, hasCredentials: Bool
    ) throws(RegistryError) {
        let after = answer.retryAfter
        switch answer.status {
        case 200: return
        case 300..<400: throw repository.error(.redirected)
        case 401, 403: throw repository.error(.notLetIn(status: answer.status, hasCredentials: hasCredentials))
        case 404: throw repository.error(.notFound)
        case 429: throw repository.error(.tooManyRequests(after: after))
        case 500..<600: throw repository.error(.failed(status: answer.status, after: after))
        default: throw repository.error(.unexpected(status: answer.status))
        }
    }
}

extension HTTPClientResponse {
    /// How long to wait before asking again, if it says so in seconds, and no longer than a day.
    var retryAfter: TimeSpan? {
        values("retry-after").first.flatMap { Int64($0) }.flatMap { seconds in
            0...86_400 ~= seconds ? TimeSpan.seconds(seconds) : nil
        }
    }
}
