public import Time

/// Where an override stands. It goes forwards only, and ends once.
public enum OverrideState: String, CaseIterable, Sendable {
    /// Others have yet to agree.
    case requested
    /// It can be used.
    case approved
    /// A promotion has used it.
    case consumed
    /// Its time was over before that.
    case expired
    /// Somebody said no.
    case denied
    /// Somebody took it back.
    case revoked

    /// Whether something may still come of it.
    public var isOpen: Bool { self == .requested || self == .approved }
}

/// The two clocks of an override: until when it can be agreed to, and then until when it can be used.
public struct OverrideTimes: Hashable, Sendable {
    /// Until when others can agree to it; not at that instant any more.
    public let approveBy: Instant
    /// How long it can be used once they have.
    public let validFor: TimeSpan
    /// Until when it can be used, once they have; not at that instant any more.
    public let useBy: Instant?

    /// How long people have to agree to an emergency.
    public static let timeToAgree = TimeSpan.hours(1)

    /// The times of an override.
    public init(approveBy: Instant, validFor: TimeSpan, useBy: Instant? = nil) {
        self.approveBy = approveBy
        self.validFor = validFor
        self.useBy = useBy
    }

    /// When nothing can come of it any more, as things stand.
    public var end: Instant { useBy ?? approveBy }

    /// Where an override stands that nobody ended and nothing used.
    public func state(at now: Instant) -> OverrideState {
        if now >= end { return .expired }
        return useBy == nil ? .requested : .approved
    }
}
