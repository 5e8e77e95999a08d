public import Promotions
public import Time

/// An image that may become part of Freight.
public struct FoundImage: Hashable, Sendable {
    /// The tag that led to it.
    public let tag: String
    /// What the tag stands for.
    public let build: Build

    /// An image of that tag.
    public init(tag: String, build: Build) {
        self.tag = tag
        self.build = build
    }

    /// The same as Freight holds it.
    public func artifact(of repository: String, subscription: String?) -> ImageArtifact {
        ImageArtifact(
            repository: repository, tag: tag, digest: build.digest.description, subscription: subscription)
    }
}

/// A tag that stands for another image than it did.
public struct MovedTag: Hashable, Sendable {
    /// The tag.
    public let tag: String
    /// What it stood for.
    public let from: ContentDigest
    /// What it stands for now.
    public let to: ContentDigest
}

/// What a poll found.
public struct ImageFindings: Sendable {
    /// The images that count, the newest first; at most as many as the subscription's limit.
    public let candidates: [FoundImage]
    /// Tags that stand for something else than before; each change is told by one poll, the first that ends well.
    public let moved: [MovedTag]
    /// How many of the tags that were looked at are yet to be read. While there are some, `NewestBuild` finds nothing, and
    /// the others nothing below them: the newest might be among them.
    public let unread: Int
}

/// Why a poll found nothing out.
public enum PollError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The subscription cannot be followed as it is written.
    case subscription(SelectionError)
    /// The registry did not tell.
    case registry(RegistryError)
    /// The git server did not tell.
    case git(GitError)

    /// Whether the same question may be answered later without anybody doing anything.
    public var mayPass: Bool {
        switch self {
        case .subscription: false
        case .registry(let error): error.mayPass
        case .git(let error): error.mayPass
        }
    }

    /// How long to wait before asking again, if somebody said so.
    public var retryAfter: TimeSpan? {
        switch self {
        case .registry(let error):
            switch error.reason {
            case .tooManyRequests(let after), .failed(_, let after): after
            default: nil
            }
        case .git(let error):
            if case .failed(_, let after) = error.reason { after } else { nil }
        case .subscription: nil
        }
    }

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .subscription(let error): error.description
        case .registry(let error): error.description
        case .git(let error): error.description
        }
    }
}
