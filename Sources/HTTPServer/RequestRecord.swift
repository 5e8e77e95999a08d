public import Time

/// What a log says of a request that was answered.
public struct RequestRecord: Sendable {
    /// What the request is called.
    public let id: String
    /// The method, as sent.
    public let method: String
    /// The target, as sent; secrets do not belong there.
    public let path: String
    /// The status of the answer.
    public let status: Int
    /// Who sent it: the peer, or the one that a trusted proxy names.
    public let clientAddress: String
    /// From the head's arrival to the end of the answer.
    public let duration: TimeSpan
}

/// Somebody who is told of requests when they have been answered.
public final class RequestObserver: Sendable {
    /// Which requests somebody wants to know of.
    public enum Interest: Sendable {
        /// None.
        case nothing
        /// Those that failed, or that may have changed something.
        case failuresAndChanges
        /// All.
        case everything

        /// Whether a request is among them.
        public func reaches(_ method: String, _ status: Int) -> Bool {
            switch self {
            case .nothing: false
            case .failuresAndChanges: status >= 400 || method != "GET" && method != "HEAD"
            case .everything: true
            }
        }
    }

    /// Which requests it is told of.
    let interest: Interest
    /// Takes the record of one.
    let take: @Sendable (RequestRecord) -> Void

    /// An observer.
    public init(_ interest: Interest, take: @escaping @Sendable (RequestRecord) -> Void) {
        self.interest = interest
        self.take = take
    }
}
