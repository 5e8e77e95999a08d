/// Why a promotion ended as it did. A code, once used, keeps its meaning; `docs/codes.md` explains each.
public enum PromotionCode: String, CaseIterable, Sendable {
    case succeeded = "promotion.succeeded"

    case syncFailed = "promotion.sync_failed"
    case degraded = "promotion.degraded"
    case verificationFailed = "promotion.verification_failed"
    case reportedFailed = "promotion.reported_failed"
    case refusedAfterwards = "promotion.refused_afterwards"

    case stepErrored = "promotion.step_errored"
    case verificationErrored = "promotion.verification_errored"
    case deadlinePassed = "promotion.deadline_passed"

    case aborted = "promotion.aborted"
    case abortedByDisabling = "promotion.aborted_by_disabling"
    case abortedByOverrun = "promotion.aborted_by_overrun"
    case refused = "promotion.refused"
    case waitExpired = "promotion.wait_expired"

    case superseded = "promotion.superseded"

    /// The phase that a promotion with this code has ended in.
    public var phase: Promotion.Phase {
        switch self {
        case .succeeded: .succeeded
        case .syncFailed, .degraded, .verificationFailed, .reportedFailed, .refusedAfterwards: .failed
        case .stepErrored, .verificationErrored, .deadlinePassed: .errored
        case .aborted, .abortedByDisabling, .abortedByOverrun, .refused, .waitExpired: .aborted
        case .superseded: .superseded
        }
    }
}
