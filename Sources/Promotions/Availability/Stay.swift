public import Time

/// What is known of one Freight in one Stage.
public struct Stay: Hashable, Sendable {
    /// When the Stage verified it; nothing if it did not, or if that was revoked.
    public let verifiedAt: Instant?
    /// The longest time that it was current there without a break, of those that are over.
    public let longest: TimeSpan?
    /// Since when it is current there; nothing if it is not.
    public let currentSince: Instant?

    /// What is known of one Freight in one Stage.
    public init(verifiedAt: Instant? = nil, longest: TimeSpan? = nil, currentSince: Instant? = nil) {
        self.verifiedAt = verifiedAt
        self.longest = longest
        self.currentSince = currentSince
    }

    /// Whether the Stage has verified it by an instant.
    func isVerified(at instant: Instant) -> Bool {
        verifiedAt.map { $0 <= instant } ?? false
    }

    /// From when on it has soaked so long; nothing if it never will unless it goes there again.
    ///
    /// Several short stays do not add up to a long one.
    func soaked(for span: TimeSpan, at instant: Instant) -> Instant? {
        if (longest ?? TimeSpan(microseconds: 0)) >= span { return instant }
        return currentSince.map { $0 + span }
    }
}
