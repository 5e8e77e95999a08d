public import Time

/// One stretch of a schedule: a gate is open or closed, and why.
public struct ScheduleStretch: Hashable, Sendable {
    /// Since when.
    public let start: Instant
    /// Until when; nothing where that is not known.
    public let end: Instant?
    /// Whether the gate is open.
    public let isOpen: Bool
    /// The stable code of the reason.
    public let code: String
    /// The reason, for a person.
    public let reason: String

    /// A stretch; `start` is its real start, not the one of the range that was asked for, so that it keeps its identity.
    public init(start: Instant, end: Instant?, isOpen: Bool, code: String, reason: String) {
        self.start = start
        self.end = end
        self.isOpen = isOpen
        self.code = code
        self.reason = reason
    }
}

/// When a gate is open and when it is closed, to be read by spreadsheets and calendars.
public struct Schedule: Hashable, Sendable {
    /// The stretches, in their order.
    public let stretches: [ScheduleStretch]
    /// Until when the schedule tells; stretches whose end is not known are drawn as far.
    public let end: Instant

    /// A schedule of these stretches.
    public init(_ stretches: [ScheduleStretch], until end: Instant) {
        self.stretches = stretches
        self.end = end
    }
}
