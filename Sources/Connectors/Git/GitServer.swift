public import HTTPClient
public import Promotions

/// A commit that a branch or a tag leads to.
public struct FoundCommit: Hashable, Sendable {
    /// The commit's hash.
    public let id: String
    /// The branch, if one led to it.
    public let branch: String?
    /// The tag, if one led to it.
    public let tag: String?

    /// The same as Freight holds it.
    public func artifact(of repository: String, subscription: String?) -> CommitArtifact {
        CommitArtifact(repository: repository, id: id, branch: branch, tag: tag, subscription: subscription)
    }
}

/// Asks git servers for branches and tags, without fetching a commit: smart HTTP, protocol version 2, `ls-refs`.
///
/// As with registries, each request is sent once, redirects are not followed, and only hosts that the operator allows are
/// asked.
public struct GitServer: Sendable {
    private let client: HTTPClient
    private let credentials: Credentials
    private let allowed: AllowedHosts
    private let timeoutMilliseconds: Int
    private let maximumBytes: Int

    /// A client that knows these credentials and asks these hosts.
    public init(
        client: HTTPClient, credentials: Credentials = Credentials(), allowed: AllowedHosts = AllowedHosts(),
        timeoutMilliseconds: Int = 10_000, maximumBytes: Int = 16 << 20
    ) {
        self.client = client
        self.credentials = credentials
        self.allowed = allowed
        self.timeoutMilliseconds = timeoutMilliseconds
        self.maximumBytes = maximumBytes
    }

    /// The commits that a subscription looks for, the newest first.
    public func poll(_ subscription: GitSubscription) async throws(PollError) -> [FoundCommit] {
        let references: [GitReference]
        do throws(GitError) {
            guard subscription.branch.map(GitSelection.mayBeBranch) ?? true else {
                throw GitError(
                    reason: .noSuchBranch(subscription.branch ?? ""), repository: subscription.repository)
            }
            let prefixes = GitSelection.prefixes(for: subscription)
            references = try await self.references(of: subscription.repository, startingWith: prefixes)
        } catch { throw .git(error) }
        return try GitSelection.commits(among: references, for: subscription)
    }

    /// The references of a repository whose names begin with one of these.
    public func references(
        of repository: String, startingWith prefixes: [String]
    ) async throws(GitError) -> [GitReference] {
        let base = try base(of: repository)
        let headers = [(name: "Git-Protocol", value: "version=2")] + authorization(base)
        let advertisement = try await send(
            HTTPClientRequest(
                url: "\(base.text)/info/refs?service=git-upload-pack", headers: headers,
                timeoutMilliseconds: timeoutMilliseconds, maximumBodyBytes: maximumBytes), for: repository)
        guard let capabilities = try read({ () throws(GitLineError) in try GitProtocol.capabilities(advertisement) })
        else { throw GitError(reason: .notSpoken, repository: repository) }
        let answer = try await send(
            HTTPClientRequest(
                method: "POST", url: "\(base.text)/git-upload-pack",
                headers: headers + [
                    ("Content-Type", "application/x-git-upload-pack-request"),
                    ("Accept", "application/x-git-upload-pack-result"),
                ],
                body: GitProtocol.listRequest(prefixes, capabilities), timeoutMilliseconds: timeoutMilliseconds,
                maximumBodyBytes: maximumBytes), for: repository)
        return try read { () throws(GitLineError) in try GitProtocol.references(answer) }

        func read<Value>(_ body: () throws(GitLineError) -> Value) throws(GitError) -> Value {
            do { return try body() } catch {
                throw GitError(reason: .badAnswer(error.description), repository: repository)
            }
        }
    }

    private func base(of repository: String) throws(GitError) -> WebAddress {
        var text = repository
        while text.hasSuffix("/") { text.removeLast() }
        guard let address = WebAddress(text), !address.target.contains("?"), address.target != "/" else {
            throw GitError(reason: .badURL, repository: repository)
        }
        guard allowed.allows(address.host) else { throw GitError(reason: .hostNotAllowed, repository: repository) }
        guard address.isSecure || allowed.isPlain(address.host) else {
            throw GitError(reason: .badURL, repository: repository)
        }
        return address
    }

    private func authorization(_ address: WebAddress) -> [(name: String, value: String)] {
        credentials.login(for: address.host).map { [("Authorization", $0.basic)] } ?? []
    }

    private func send(_ request: HTTPClientRequest, for repository: String) async throws(GitError) -> [UInt8] {
        func error(_ reason: GitError.Reason) -> GitError { GitError(reason: reason, repository: repository) }
        let answer: HTTPClientResponse
        do { answer = try await client.send(request) } catch {
            switch error {
            case .timedOut: throw GitError(reason: .slow, repository: repository)
            case .tooLarge(let limit): throw GitError(reason: .tooLarge(limit: limit), repository: repository)
            default: throw GitError(reason: .unreachable(error), repository: repository)
            }
        }
        let hasCredentials = request.headers.contains { $0.name == "Authorization" }
        switch answer.status {
        case 200: return answer.body
        case 300..<400: throw error(.redirected)
        case 401, 403: throw error(.notLetIn(status: answer.status, hasCredentials: hasCredentials))
        case 404: throw error(.notFound)
        case 429, 500..<600: throw error(.failed(status: answer.status, after: answer.retryAfter))
        default: throw error(.unexpected(status: answer.status))
        }
    }
}
