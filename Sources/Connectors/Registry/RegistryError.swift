public import HTTPClient
public import Time

/// Why a registry did not tell what it was asked. It holds no header, no body and no URL: those may hold secrets.
public struct RegistryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What happened.
    public enum Reason: Equatable, Sendable {
        /// The repository's name cannot be read.
        case badName
        /// The operator does not allow this host.
        case hostNotAllowed
        /// Tokens come from a host that the operator does not allow.
        case tokenHostNotAllowed(String)
        /// The registry leads elsewhere than it may.
        case redirected
        /// There was no answer in time.
        case slow
        /// There was no answer.
        case unreachable(HTTPClientError)
        /// The registry, or its token server, does not let this server in.
        case notLetIn(status: Int, hasCredentials: Bool)
        /// There is no such repository, tag or blob.
        case notFound
        /// Too much was asked; `after` is how long to wait, if the registry says so in seconds.
        case tooManyRequests(after: TimeSpan?)
        /// The registry failed.
        case failed(status: Int, after: TimeSpan?)
        /// A status that means nothing here.
        case unexpected(status: Int)
        /// The list of tags has more pages than are read.
        case tooManyPages(limit: Int)
        /// The list of tags is longer than is read.
        case tooManyTags(limit: Int)
        /// An answer is larger than is read.
        case tooLarge(limit: Int)
        /// An answer is not what the specification says.
        case badAnswer(String)
        /// An answer names no digest.
        case noDigest
        /// What stands in the place of a digest is none.
        case badDigest
        /// The bytes are not those of the digest.
        case lies(expected: ContentDigest, found: ContentDigest)
    }

    /// What happened.
    public let reason: Reason
    /// The repository that was asked about.
    public let repository: String
    /// The tag or digest, if it was about one.
    public let reference: String?

    /// The same, about one tag or digest.
    func about(_ reference: String) -> RegistryError {
        RegistryError(reason: reason, repository: repository, reference: self.reference ?? reference)
    }

    /// Whether the same question may be answered later without anybody doing anything.
    public var mayPass: Bool {
        switch reason {
        case .slow, .unreachable, .tooManyRequests, .failed: true
        default: false
        }
    }

    /// What happened, where, and what to do about it.
    public var description: String {
        let place = reference.map { "\(repository), \($0)" } ?? repository
        return "\(place): \(sentence)"
    }

    private var sentence: String {
        switch reason {
        case .badName: "this is no repository's name; write host/path without a scheme or a tag."
        case .hostNotAllowed:
            "its host is not one that this server may ask (in a drill only this machine); its operator allows it with --allow-host."
        case .tokenHostNotAllowed(let host):
            "its registry sends for tokens to \(host), which this server may not ask; its operator allows it with --allow-host."
        case .redirected: "the registry leads to another place than it may; check its address."
        case .slow: "the registry did not answer in time; it will be asked again."
        case .unreachable(let error): "the registry cannot be reached. \(error)"
        case .notLetIn(let status, true):
            "the registry does not take the credentials (\(status)); check --registry-auth and what they may read."
        case .notLetIn(let status, false):
            "the registry wants credentials (\(status)), and there are none for it; add them to --registry-auth."
        case .notFound:
            "the registry has nothing of that name (404); check its spelling, and what the credentials may read."
        case .tooManyRequests(let after):
            "the registry was asked too often (429); it will be asked again\(Self.later(after)). A longer interval helps."
        case .failed(let status, let after):
            "the registry failed (\(status)); it will be asked again\(Self.later(after))."
        case .unexpected(let status): "the registry answered with status \(status), which means nothing here."
        case .tooManyPages(let limit):
            "the list of tags has more than \(limit) pages; remove old tags, or split the repository."
        case .tooManyTags(let limit): "there are more than \(limit) tags; remove old tags, or split the repository."
        case .tooLarge(let limit): "an answer of the registry is larger than \(limit) bytes."
        case .badAnswer(let what): "the registry's answer cannot be read: \(what)"
        case .noDigest: "the registry names no digest (Docker-Content-Digest); a proxy may have removed it."
        case .badDigest: "what the registry names as digest is none."
        case .lies(let expected, let found):
            "the registry says \(expected), but the bytes are those of \(found); what it sends is not used."
        }
    }

    private static func later(_ span: TimeSpan?) -> String { span.map { ", not before \($0.text)" } ?? "" }
}
