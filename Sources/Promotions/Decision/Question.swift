public import Time

/// What a decision is asked for.
public struct Question: Hashable, Sendable {
    /// Where in its way the promotion is.
    public enum Moment: Hashable, Sendable {
        /// It has not begun.
        case entry
        /// It is about to do what cannot be undone, and needs this long for it.
        case recheck(remaining: TimeSpan)
    }

    /// The instant at which it is judged.
    public let at: Instant
    /// Where in its way the promotion is.
    public let moment: Moment
    /// Whether it goes back to what was here before.
    public let isRollback: Bool
    /// Asks for the first time from which all stays open so long.
    public let quiet: TimeSpan?

    /// A question about an instant.
    public init(at: Instant, moment: Moment = .entry, isRollback: Bool = false, quiet: TimeSpan? = nil) {
        self.at = at
        self.moment = moment
        self.isRollback = isRollback
        self.quiet = quiet
    }
}
