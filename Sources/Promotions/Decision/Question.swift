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

    /// What the promotion that a deployer outside names turned out to be.
    public enum Claim: Hashable, Sendable {
        /// What it says: it is at work, or would be if it is let in.
        case fits
        /// There is a promotion of that name, and it is another one; what differs, for a person.
        case mismatch(String)
        /// It has ended, in that phase.
        case over(Promotion.Phase)
        /// Another promotion has the Stage's slot.
        case slotTaken(by: String)
    }

    /// The instant at which it is judged.
    public let at: Instant
    /// Where in its way the promotion is.
    public let moment: Moment
    /// Whether it goes back to what was here before.
    public let isRollback: Bool
    /// Asks for the first time from which all stays open so long.
    public let quiet: TimeSpan?
    /// What became of the promotion's name, where a deployer outside asks.
    public let claim: Claim?

    /// A question about an instant.
    public init(
        at: Instant, moment: Moment = .entry, isRollback: Bool = false, quiet: TimeSpan? = nil, claim: Claim? = nil
    ) {
        self.claim = claim
        self.at = at
        self.moment = moment
        self.isRollback = isRollback
        self.quiet = quiet
    }
}
