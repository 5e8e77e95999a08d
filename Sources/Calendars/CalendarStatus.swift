public import Time

/// Whether a day's hours are the exchange's own word or follow from its rules.
public enum Confidence: String, Sendable {
    /// The exchange has published the year.
    case published
    /// The exchange's rules, carried on.
    case projected
}

/// Which trading is going on at an instant.
public enum CurrentSession: String, CaseIterable, Sendable {
    /// Early trading.
    case pre
    /// The core session.
    case core
    /// Late trading.
    case post
    /// Trading in the night.
    case overnight
    /// A pause within the core session.
    case pause = "break"
    /// None.
    case none
}

/// What a market does at an instant.
public struct CalendarStatus: Sendable {
    /// Which trading is going on.
    public let session: CurrentSession
    /// The trade date while there is trading or a break; else the day that the market's clocks show.
    public let date: CivilDate
    /// Whether the core session of `date` closes before the usual time.
    public let isEarlyClose: Bool
    /// When the core session next begins or ends, be it for a break; nothing where that lies beyond what is known.
    public let nextTransition: (at: Instant, toOpen: Bool)?
    /// Whether the exchange has published this.
    public let confidence: Confidence

    /// Whether the core session is going on.
    public var isOpen: Bool { session == .core }
}
