/// What kinds of things the log knows. A code, once used, keeps its meaning.
public enum EventCode: String, CaseIterable, Sendable {
    /// Enough others agreed to an adjustment of a calendar, or none had to: it counts.
    case adjustmentEffective = "adjustment.effective"
    /// Somebody agreed to an adjustment of a calendar.
    case adjustmentApproved = "adjustment.approved"
    /// Somebody asked for an adjustment of a calendar.
    case adjustmentRequested = "adjustment.requested"
    /// An adjustment of a calendar counts no more, or never will.
    case adjustmentWithdrawn = "adjustment.withdrawn"
    /// Somebody asked that a log which is not the one that servers knew be gone on with.
    case auditRollbackRequested = "audit.rollback_requested"
    /// A second person agreed to that.
    case auditRollbackAccepted = "audit.rollback_accepted"
    /// Requests from an address did not prove who sent them; one event a minute.
    case authenticationFailed = "authentication.failed"
    /// A calendar, or what of it is published, ends in a year, a quarter or a month, or has.
    case calendarHorizon = "calendar.horizon"
    /// A calendar was loaded.
    case calendarLoaded = "calendar.loaded"
    /// The database was marked as a drill's, or a drill's clock was set forward.
    case drillStarted = "drill.started"
    /// A person said yes to Freight in a Stage.
    case freightApproved = "freight.approved"
    /// A person's yes to Freight in a Stage counts no more.
    case freightApprovalRevoked = "freight.approval_revoked"
    /// Freight was made, by hand or by its Warehouse.
    case freightCreated = "freight.created"
    /// Freight goes nowhere any more.
    case freightRejected = "freight.rejected"
    /// Freight goes where it may again.
    case freightReinstated = "freight.reinstated"
    /// Freight has another alias.
    case freightRenamed = "freight.renamed"
    /// Freight is wanted in a Stage.
    case promotionRequested = "promotion.requested"
    /// A promotion waits, and for what, when that has changed.
    case promotionHeld = "promotion.held"
    /// A promotion was let in.
    case promotionStarted = "promotion.started"
    /// A promotion was given up after something had been sent, which is told to stop.
    case promotionStopping = "promotion.stopping"
    /// A promotion has ended, well or not.
    case promotionEnded = "promotion.ended"
    /// A Stage was let take nothing in.
    case stageDisabled = "stage.disabled"
    /// A Stage was let take Freight in again.
    case stageEnabled = "stage.enabled"
    /// Nothing of a Warehouse goes into a Stage by itself any more.
    case stageHeld = "stage.held"
    /// Freight of a Warehouse goes into a Stage by itself again.
    case stageResumed = "stage.resumed"
    /// The line was let go on: a freeze was ended before its time.
    case freezeEnded = "freeze.ended"
    /// The line goes on: a freeze was over at its time.
    case freezeExpired = "freeze.expired"
    /// The line was stopped: for everything, a project or a Stage.
    case freezeStarted = "freeze.started"
    /// Break-glass was asked for.
    case overrideRequested = "override.requested"
    /// Break-glass was asked for, and the policy has nothing for it; or somebody agreed who may not.
    case overrideRefused = "override.refused"
    /// Another person agreed to break-glass; once enough have, it can be used.
    case overrideApproved = "override.approved"
    /// A promotion was let past closed gates, and used break-glass up.
    case overrideConsumed = "override.consumed"
    /// Somebody said no to break-glass: nothing comes of it.
    case overrideDenied = "override.denied"
    /// Break-glass was taken back before it was used.
    case overrideRevoked = "override.revoked"
    /// The time of break-glass was over before it was used.
    case overrideExpired = "override.expired"
    /// Somebody who had no part in it looked at a use of break-glass.
    case overrideReviewed = "override.reviewed"
    /// A release was let on, by a decision that somebody asked for.
    case decisionAllowed = "decision.allowed"
    /// A release was not let on; equal refusals that follow are counted.
    case decisionRefused = "decision.refused"
    /// Equal refusals have come to an end, of which only the first was told.
    case decisionRefusalsEnded = "decision.refusals_ended"
    /// Nobody has looked at a use of break-glass in the time that its policy gives for that.
    case overrideReviewDue = "override.review_due"
    /// A receiver of notifications could not be told of an event for a day.
    case notificationGivenUp = "notification.given_up"
    /// A revision of a project's manifests came into force.
    case revisionApplied = "revision.applied"
    /// Somebody agreed to a revision of a project's manifests.
    case revisionApproved = "revision.approved"
    /// A revision of a project's manifests waits until others agree.
    case revisionPending = "revision.pending"
    /// A revision that waited will never be in force: somebody said no, or wrote another one.
    case revisionRejected = "revision.rejected"
    /// Somebody new got a name.
    case subjectCreated = "subject.created"
    /// A token was made.
    case tokenCreated = "token.created"
    /// A token ends in two weeks.
    case tokenExpiresSoon = "token.expires_soon"
    /// A token was made invalid.
    case tokenRevoked = "token.revoked"
    /// For some time no server could tell whether anything may go in: told by the first one that could again.
    case watchInterrupted = "watch.interrupted"
    /// A tag that a Warehouse follows stands for another image than it did.
    case warehouseTagMoved = "warehouse.tag_moved"
}
