public import Promotions
public import Time

/// What looks at a Warehouse have found, as it is kept and shown.
public struct WarehouseReport: Hashable, Sendable {
    /// Something that may become part of Freight.
    public struct Candidate: Hashable, Sendable {
        /// The tag that led to it, or the chart's version.
        public let tag: String?
        /// The image's digest, or the commit's hash.
        public let digest: String?
        /// The branch that led to it.
        public let branch: String?

        /// Something that may become part of Freight.
        public init(tag: String?, digest: String? = nil, branch: String? = nil) {
            self.tag = tag
            self.digest = digest
            self.branch = branch
        }
    }

    /// Why nothing was found out.
    public struct Failure: Hashable, Sendable {
        /// The sentence.
        public let message: String
        /// Since when each look has failed.
        public let since: Instant

        /// A failure.
        public init(message: String, since: Instant) {
            self.message = message
            self.since = since
        }
    }

    /// What belongs to one subscription.
    public struct Subscription: Hashable, Sendable {
        /// What tells it from the others.
        public let name: String
        /// The candidates, the newest first; while looks fail, those that were found last.
        public let candidates: [Candidate]
        /// How many tags are yet to be read.
        public let unread: Int
        /// Why the last look found nothing out, if so.
        public let failure: Failure?

        /// What was found for a subscription.
        public init(name: String, candidates: [Candidate] = [], unread: Int = 0, failure: Failure? = nil) {
            self.name = name
            self.candidates = candidates
            self.unread = unread
            self.failure = failure
        }
    }

    /// Images that belong together, and are not all there.
    public struct IncompleteSet: Hashable, Sendable {
        /// What they have in common.
        public let key: String
        /// The repositories that have no such image yet.
        public let missing: [String]
        /// Since when it is known.
        public let since: Instant

        /// A set that is not whole.
        public init(key: String, missing: [String], since: Instant) {
            self.key = key
            self.missing = missing
            self.since = since
        }
    }

    /// A tag that stands for another image than it did.
    public struct MovedTag: Hashable, Sendable {
        /// The repository.
        public let repository: String
        /// The tag.
        public let tag: String
        /// The digest that it stood for.
        public let from: String
        /// The digest that it stands for.
        public let to: String
        /// When that was seen.
        public let at: Instant

        /// A tag that has moved.
        public init(repository: String, tag: String, from: String, to: String, at: Instant) {
            self.repository = repository
            self.tag = tag
            self.from = from
            self.to = to
            self.at = at
        }
    }

    /// What belongs to each subscription.
    public var subscriptions: [Subscription]
    /// The sets that are not whole, the newest first.
    public var incompleteSets: [IncompleteSet]
    /// The last tags that moved, the latest first.
    public var movedTags: [MovedTag]
    /// The Freight that the last look led to, whether that was new or not.
    public var freight: String?

    /// What was found.
    public init(
        subscriptions: [Subscription] = [], incompleteSets: [IncompleteSet] = [], movedTags: [MovedTag] = [],
        freight: String? = nil
    ) {
        self.subscriptions = subscriptions
        self.incompleteSets = incompleteSets
        self.movedTags = movedTags
        self.freight = freight
    }

    /// What is known of a subscription.
    public subscript(subscription: String) -> Subscription? {
        subscriptions.first { $0.name == subscription }
    }

    /// What tells subscriptions from one another.
    public static func names(of subscriptions: [Promotions.Subscription]) -> [String] {
        var seen: [String: Int] = [:]
        return subscriptions.map { subscription in
            let place =
                switch subscription.source {
                case .image(let image): "image \(image.repository)"
                case .git(let git): "git \(git.repository)"
                case .chart(let chart): "chart \(chart.repository)"
                }
            let name = place + (subscription.name.map { " \($0)" } ?? "")
            seen[name, default: 0] += 1
            return seen[name] == 1 ? name : "\(name) #\(seen[name] ?? 1)"
        }
    }
}
