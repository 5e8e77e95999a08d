public import Time

/// What a log says of a request that was answered.
public struct RequestRecord: Sendable {
    /// What the request is called.
    public internal(set) var id = ""
    /// The method, as sent.
    public internal(set) var method = ""
    /// The target, as sent; secrets do not belong there.
    public internal(set) var path = ""
    /// The status of the answer.
    public internal(set) var status = 0
    /// Who sent it: the peer, or the one that a trusted proxy names.
    public internal(set) var clientAddress = ""
    /// From the head's arrival to the end of the answer.
    public internal(set) var duration = TimeSpan(microseconds: 0)
    /// The place of the route in the router, or nothing if none was found.
    public internal(set) var route: Int?
    var givenID: String?
}

/// Somebody who is told of requests when they have been answered.
public final class RequestObserver: Sendable {
    /// Whether a request is worth telling of; asked with what is known without any work: method, path and status.
    let wants: @Sendable (RequestRecord) -> Bool
    /// Takes the whole record.
    let take: @Sendable (RequestRecord) -> Void

    /// An observer.
    public init(
        wants: @escaping @Sendable (RequestRecord) -> Bool, take: @escaping @Sendable (RequestRecord) -> Void
    ) {
        self.wants = wants
        self.take = take
    }
}
