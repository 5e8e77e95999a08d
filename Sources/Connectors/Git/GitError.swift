public import HTTPClient
public import Time

/// Why a git server did not tell what it was asked. It holds no URL's secrets: the repository is named as its subscription
/// writes it.
public struct GitError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What happened.
    public enum Reason: Equatable, Sendable {
        /// The repository's URL is none that is asked.
        case badURL
        /// The operator does not allow this host.
        case hostNotAllowed
        /// There was no answer in time.
        case slow
        /// There was no answer.
        case unreachable(HTTPClientError)
        /// The server does not let this one in.
        case notLetIn(status: Int, hasCredentials: Bool)
        /// There is no such repository.
        case notFound
        /// The server leads elsewhere.
        case redirected
        /// The server failed, or was asked too often; `after` is how long to wait, if it says so in seconds.
        case failed(status: Int, after: TimeSpan?)
        /// A status that means nothing here.
        case unexpected(status: Int)
        /// More references than are read.
        case tooLarge(limit: Int)
        /// The server does not speak protocol version 2 over HTTP.
        case notSpoken
        /// An answer is not what the protocol says.
        case badAnswer(String)
        /// There is no such branch.
        case noSuchBranch(String)
    }

    /// What happened.
    public let reason: Reason
    /// The repository that was asked about.
    public let repository: String

    /// Whether the same question may be answered later without anybody doing anything.
    public var mayPass: Bool {
        switch reason {
        case .slow, .unreachable, .failed: true
        default: false
        }
    }

    /// What happened, where, and what to do about it.
    public var description: String { "\(repository): \(sentence)" }

    private var sentence: String {
        switch reason {
        case .badURL: "this is no URL that git is asked by; write https://host/path, without user name and password."
        case .hostNotAllowed:
            "its host is not one that this server may ask (in a drill only this machine); its operator allows it with --allow-host."
        case .slow: "the git server did not answer in time; it will be asked again."
        case .unreachable(let error): "the git server cannot be reached. \(error)"
        case .notLetIn(let status, true):
            "the git server does not take the credentials (\(status)); check --git-auth and what they may read."
        case .notLetIn(let status, false):
            "the git server wants credentials (\(status)), and there are none for it; add them to --git-auth."
        case .notFound: "there is no such repository (404); check its spelling, and what the credentials may read."
        case .redirected: "the git server leads to another place; write the repository's present URL."
        case .failed(let status, _): "the git server answered with status \(status); it will be asked again."
        case .unexpected(let status): "the git server answered with status \(status), which means nothing here."
        case .tooLarge(let limit): "its references take more than \(limit) bytes; remove old ones."
        case .notSpoken: "the git server does not speak git's protocol version 2 over HTTP; check the URL."
        case .badAnswer(let what): "the git server's answer cannot be read: \(what)"
        case .noSuchBranch(let name): "there is no branch '\(name)'; check its spelling."
        }
    }
}
