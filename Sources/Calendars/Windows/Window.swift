public import Time

/// Times at which a gate is closed, or the only times at which it is open.
public struct Window: Hashable, Sendable {
    /// What the window does to the gate.
    public enum Kind: String, CaseIterable, Sendable {
        /// Open inside, closed outside.
        case allow
        /// Closed inside, open outside.
        case deny
    }

    /// When an occurrence ends.
    public enum End: Hashable, Sendable {
        /// When clocks show this; on the next day, unless it is after the start.
        case time(TimeOfDay)
        /// After this elapsed time, whatever clocks show.
        case after(TimeSpan)
    }

    /// One end of a window that does not recur.
    public enum Moment: Hashable, Sendable {
        /// This instant.
        case instant(Instant)
        /// When the clocks of the window's zone show this.
        case local(CivilDate, TimeOfDay)
    }

    /// The times of a window.
    public enum Times: Hashable, Sendable {
        /// On each day that the rule names, from the same time on.
        case recurring(RecurrenceRule, start: TimeOfDay, end: End)
        /// Once.
        case once(from: Moment, until: Moment)
    }

    /// The longest that one occurrence may last.
    public static let longestDuration = TimeSpan.days(31)

    /// What the window does to the gate.
    public let kind: Kind
    /// Its times.
    public let times: Times
    /// The name of the zone whose clocks are meant.
    public let timeZone: String
}

/// What a window says of an instant.
public enum WindowPhase: UInt8, Sendable {
    /// It lets releases on.
    case open
    /// It holds them.
    case closed
}
