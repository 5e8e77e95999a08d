/// Why a gate says what it says. A code, once used, keeps its meaning; `docs/codes.md` explains each.
public enum GateCode: String, CaseIterable, Sendable {
    case stageOpen = "stage.open"
    case stageUnknown = "stage.unknown"
    case stageDisabled = "stage.disabled"
    case policyMissing = "policy.missing"
    case policyUnreadable = "policy.unreadable"

    case freightAccepted = "freight.accepted"
    case freightUnknown = "freight.unknown"
    case freightRejected = "freight.rejected"
    case freightWrongOrigin = "freight.wrong_origin"
    case freightNotMirrored = "freight.not_mirrored"

    case freezeNone = "freeze.none"
    case freezeActive = "freeze.active"

    case availabilityDirect = "availability.direct"
    case availabilityVerified = "availability.verified"
    case availabilityNotVerified = "availability.not_verified"
    case availabilitySoaking = "availability.soaking"
    case availabilityNotSoaked = "availability.not_soaked"
    case availabilityNoUpstream = "availability.no_upstream"
    case availabilityUnknown = "availability.unknown"

    case marketOpen = "market.open"
    case marketBeforeOpen = "market.before_open"
    case marketPreSession = "market.pre_session"
    case marketCoreSession = "market.core_session"
    case marketPostSession = "market.post_session"
    case marketOvernightSession = "market.overnight_session"
    case marketAfterClose = "market.after_close"
    case marketNoRoom = "market.no_room"
    case calendarMissing = "calendar.missing"
    case calendarOutsideCoverage = "calendar.outside_coverage"
    case zoneUntrusted = "zone.untrusted"

    case windowOpen = "window.open"
    case windowDenied = "window.denied"
    case windowNotAllowed = "window.not_allowed"
    case windowNoRoom = "window.no_room"
    case windowOutsideCoverage = "window.outside_coverage"

    case approvalGiven = "approval.given"
    case approvalMissing = "approval.missing"

    case soakDone = "soak.done"
    case soakRunning = "soak.running"
    case soakNotStarted = "soak.not_started"

    case verificationPassed = "verification.passed"
    case verificationAdvisory = "verification.advisory"
    case verificationMissing = "verification.missing"
    case verificationRunning = "verification.running"
    case verificationFailed = "verification.failed"
    case verificationErrored = "verification.errored"
    case verificationExpired = "verification.expired"

    case argocdWindowOpen = "argocd_window.open"
    case argocdWindowClosed = "argocd_window.closed"
    case argocdWindowUnknown = "argocd_window.unknown"

    case promotionFits = "promotion.fits"
    case promotionMismatch = "promotion.mismatch"
    case promotionOver = "promotion.over"
    case promotionSlotTaken = "promotion.slot_taken"

    case storeUnavailable = "store.unavailable"
    case clockSkew = "clock.skew"
    case auditRolledBack = "audit.rolled_back"

    /// The verdict that goes with the code.
    public var verdict: Verdict {
        switch self {
        case .stageOpen, .freightAccepted, .freezeNone, .availabilityDirect, .availabilityVerified, .marketOpen,
            .windowOpen, .approvalGiven, .soakDone, .verificationPassed, .verificationAdvisory, .argocdWindowOpen,
            .promotionFits:
            .open
        case .policyUnreadable, .freightNotMirrored, .availabilityUnknown, .calendarMissing, .calendarOutsideCoverage,
            .zoneUntrusted,
            .windowOutsideCoverage, .argocdWindowUnknown, .storeUnavailable, .clockSkew, .auditRolledBack:
            .unknown
        case .stageUnknown, .stageDisabled, .policyMissing, .freightUnknown, .freightRejected, .freightWrongOrigin,
            .freezeActive, .availabilityNotVerified, .availabilitySoaking, .availabilityNotSoaked,
            .availabilityNoUpstream, .marketBeforeOpen, .marketPreSession, .marketCoreSession, .marketPostSession,
            .marketOvernightSession, .marketAfterClose, .marketNoRoom, .windowDenied, .windowNotAllowed, .windowNoRoom,
            .approvalMissing,
            .soakRunning, .soakNotStarted, .verificationMissing, .verificationRunning, .verificationFailed,
            .verificationErrored, .verificationExpired, .argocdWindowClosed, .promotionMismatch,
            .promotionOver, .promotionSlotTaken:
            .closed
        }
    }

    /// Whether neither time nor a person can let this promotion in: a final answer makes Kargo fail it for good.
    public var isFinal: Bool {
        switch self {
        case .stageUnknown, .freightUnknown, .freightRejected, .freightWrongOrigin, .availabilityNotVerified,
            .verificationFailed, .promotionMismatch, .promotionOver:
            true
        default: false
        }
    }
}
