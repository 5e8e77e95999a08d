public import HTTPServer

extension ProblemCode {
    static let noToken = ProblemCode("auth.required", status: 401, title: "A token is needed")
    static let badToken = ProblemCode("auth.invalid", status: 401, title: "The token is not valid")
    static let expiredToken = ProblemCode("auth.expired", status: 401, title: "The token has expired")
    static let forbidden = ProblemCode("auth.forbidden", status: 403, title: "The token does not allow this")
    static let tooFast = ProblemCode("request.too_fast", status: 429, title: "The token is used too often")
    static let notReady = ProblemCode("server.not_ready", status: 503, title: "The server cannot do its work now")
    static let storeUnavailable = ProblemCode("store.unavailable", status: 503, title: "The database cannot be reached")
    static let storeBusy = ProblemCode("store.busy", status: 503, title: "The database is too busy")
    static let outcomeUnknown = ProblemCode(
        "store.outcome_unknown", status: 503, title: "Whether the change was made is not known")
    static let keyReused = ProblemCode(
        "idempotency.other_request", status: 422, title: "The key belongs to another request")
    static let keyInUse = ProblemCode(
        "idempotency.in_progress", status: 409, title: "The first request with this key is still at work")
    static let noSuchToken = ProblemCode("token.not_found", status: 404, title: "There is no such token")
    static let exceedsMaker = ProblemCode(
        "token.exceeds_maker", status: 403, title: "Nobody can hand on more than they have")
    static let robotApprover = ProblemCode("token.robot_approver", status: 422, title: "Robots never approve")
    static let noSuchSubject = ProblemCode("subject.not_found", status: 404, title: "There is no such subject")
    static let otherKind = ProblemCode("subject.other_kind", status: 409, title: "The subject is of the other kind")
    static let confusable = ProblemCode("subject.confusable", status: 409, title: "The name looks like another's")
    static let nameTaken = ProblemCode("subject.name_taken", status: 409, title: "The name belongs to another subject")
    static let badInstant = ProblemCode("request.bad_instant", status: 400, title: "The instant cannot be read")
    static let ambiguousInstant = ProblemCode(
        "request.ambiguous_instant", status: 400, title: "Clocks showed this time twice")
    static let skippedInstant = ProblemCode(
        "request.skipped_instant", status: 422, title: "Clocks never showed this time")
    static let noSuchStage = ProblemCode("stage.not_found", status: 404, title: "There is no such Stage")
    static let noSuchEvent = ProblemCode("event.not_found", status: 404, title: "There is no such event")
    static let noSuchPromotion = ProblemCode("promotion.not_found", status: 404, title: "There is no such promotion")
    static let promotionExists = ProblemCode(
        "promotion.exists", status: 409, title: "The Freight is on its way there already")
    static let promotionNotRetried = ProblemCode(
        "promotion.not_retried", status: 409, title: "The promotion cannot be retried")
    static let promotionNotOutside = ProblemCode(
        "promotion.not_outside", status: 409, title: "Nobody reports on the promotion")
    static let slotTaken = ProblemCode(
        "promotion.slot_taken", status: 409, title: "Another promotion is at work in the Stage")
    static let promotionEnded = ProblemCode("promotion.ended", status: 409, title: "The promotion has ended")
    static let rollbackRejected = ProblemCode("rollback.rejected", status: 409, title: "The Freight is rejected")
    static let rollbackNeverCurrent = ProblemCode(
        "rollback.never_current", status: 409, title: "The Freight was never current there")
    static let rollbackNothingDeployed = ProblemCode(
        "rollback.nothing_deployed", status: 409, title: "Nothing is deployed there")
    static let rollbackNotOlder = ProblemCode(
        "rollback.not_older", status: 409, title: "The Freight is not older than what is deployed")
    static let noSuchFreight = ProblemCode("freight.not_found", status: 404, title: "There is no such Freight")
    static let aliasTaken = ProblemCode("freight.alias_taken", status: 409, title: "The alias belongs to other Freight")
    static let otherAlias = ProblemCode("freight.other_alias", status: 409, title: "The Freight has another alias")
    static let notOfWarehouse = ProblemCode(
        "freight.not_of_warehouse", status: 422, title: "The Freight is not what its Warehouse asks for")
    static let freightRejected = ProblemCode(
        "freight.rejected_already", status: 409, title: "The Freight is rejected")
    static let freightNotRejected = ProblemCode(
        "freight.not_rejected", status: 409, title: "The Freight is not rejected")
    static let kargoOrchestrates = ProblemCode(
        "project.kargo_orchestrates", status: 409, title: "Kargo does this in the project")
    static let stageDisabled = ProblemCode("stage.disabled_already", status: 409, title: "The Stage is disabled")
    static let stageEnabled = ProblemCode("stage.enabled_already", status: 409, title: "The Stage is not disabled")
    static let stageNotSkippable = ProblemCode(
        "stage.not_skippable", status: 409, title: "The policy does not let the Stage be disabled")
    static let stageHeld = ProblemCode("stage.held_already", status: 409, title: "The Stage is held")
    static let stageNotHeld = ProblemCode("stage.not_held", status: 409, title: "The Stage is not held")
    static let noSuchApproval = ProblemCode("approval.not_found", status: 404, title: "There is no such approval")
    static let approvalRevoked = ProblemCode("approval.revoked", status: 409, title: "The approval was revoked")
    static let noSuchOverride = ProblemCode("override.not_found", status: 404, title: "There is no such break-glass")
    static let overrideExists = ProblemCode("override.exists", status: 409, title: "There is break-glass already")
    static let overrideNotAllowed = ProblemCode(
        "override.not_allowed", status: 422, title: "The policy does not let break-glass do this")
    static let overrideNotNeeded = ProblemCode(
        "override.nothing_closed", status: 409, title: "There is nothing that break-glass would pass")
    static let overrideEnded = ProblemCode("override.ended", status: 409, title: "Break-glass has gone on since")
    static let overrideNotUsed = ProblemCode("override.not_used", status: 409, title: "Break-glass was not used")
    static let overrideReviewed = ProblemCode(
        "override.reviewed_already", status: 409, title: "The use of break-glass was reviewed")
    static let ownReview = ProblemCode(
        "override.own_review", status: 403, title: "Nobody reviews what they had a part in")
    static let outOfReach = ProblemCode("auth.out_of_reach", status: 403, title: "The token does not reach this")
    static let outsideCoverage = ProblemCode(
        "calendar.outside_coverage", status: 422, title: "Nothing is known of this time")
    static let noSuchCalendar = ProblemCode("calendar.not_found", status: 404, title: "There is no such calendar")
    static let builtInCalendar = ProblemCode(
        "calendar.built_in", status: 409, title: "The calendar is part of the program")
    static let calendarUnknown = ProblemCode("calendar.unknown", status: 503, title: "Nothing is known of the present")
    static let noSuchAdjustment = ProblemCode("adjustment.not_found", status: 404, title: "There is no such adjustment")
    static let adjustmentTooLate = ProblemCode(
        "adjustment.too_late", status: 409, title: "The adjustment would change only what has passed")
    static let adjustmentConflict = ProblemCode(
        "adjustment.conflict", status: 409, title: "The adjustment does not fit its calendar any more")
    static let adjustmentWithdrawn = ProblemCode(
        "adjustment.withdrawn", status: 409, title: "The adjustment was withdrawn")
    static let ownApproval = ProblemCode(
        "approval.own", status: 403, title: "It takes another person to approve this")
    static let noCheckpoint = ProblemCode("audit.no_checkpoint", status: 404, title: "Nothing was sealed yet")
    static let notSealed = ProblemCode("audit.not_sealed", status: 409, title: "The event is not sealed yet")
    static let notRolledBack = ProblemCode(
        "audit.not_rolled_back", status: 409, title: "The log is the one that the server knew")
    static let noSuchRollback = ProblemCode("audit.rollback_not_found", status: 404, title: "Nobody asked for this")
    static let rollbackAccepted = ProblemCode("audit.rollback_accepted", status: 409, title: "It was accepted before")
    static let preconditionFailed = ProblemCode(
        "request.precondition_failed", status: 412, title: "It has changed since it was read")
    static let badManifests = ProblemCode("manifest.invalid", status: 422, title: "The manifests cannot be taken")
    static let stageBusy = ProblemCode(
        "manifest.stage_busy", status: 409, title: "Something is on its way into a Stage that would be removed")
    static let noSuchWarehouse = ProblemCode("warehouse.not_found", status: 404, title: "There is no such Warehouse")
    static let noSuchProject = ProblemCode("project.not_found", status: 404, title: "There is no such project")
    static let noSuchRevision = ProblemCode("revision.not_found", status: 404, title: "There is no such revision")
    static let revisionPending = ProblemCode("revision.pending", status: 409, title: "Another revision waits")
    static let revisionDecided = ProblemCode(
        "revision.decided", status: 409, title: "The revision does not wait any more")
    static let badFreeze = ProblemCode("freeze.invalid", status: 422, title: "There can be no such freeze")
    static let noSuchFreeze = ProblemCode("freeze.not_found", status: 404, title: "There is no such freeze")
    static let freezeEnded = ProblemCode("freeze.ended", status: 409, title: "The freeze does not last any more")
    static let zoneUntrusted = ProblemCode(
        "zone.untrusted", status: 503, title: "The rules of the time zone cannot be trusted")

    /// Every kind of problem that the service can answer with.
    public static let all: [ProblemCode] =
        ofServer + [
            noToken, badToken, expiredToken, forbidden, tooFast, notReady, storeUnavailable, storeBusy, outcomeUnknown,
            keyReused,
            keyInUse, noSuchToken, exceedsMaker, robotApprover, noSuchSubject, otherKind, confusable, nameTaken,
            badInstant,
            ambiguousInstant, skippedInstant, noSuchStage, noSuchPromotion, noSuchEvent, promotionExists,
            promotionEnded,
            promotionNotRetried, promotionNotOutside, slotTaken,
            rollbackRejected, rollbackNeverCurrent, rollbackNothingDeployed, rollbackNotOlder, noSuchFreight,
            aliasTaken, otherAlias, notOfWarehouse, freightRejected,
            freightNotRejected, kargoOrchestrates, stageDisabled, stageEnabled, stageNotSkippable, stageHeld,
            stageNotHeld, noSuchApproval,
            approvalRevoked, noSuchOverride, overrideExists, overrideNotAllowed, overrideNotNeeded, overrideEnded,
            overrideNotUsed, overrideReviewed, ownReview, outOfReach,
            outsideCoverage, zoneUntrusted,
            noSuchCalendar, builtInCalendar, calendarUnknown, noSuchAdjustment, adjustmentTooLate, adjustmentConflict,
            adjustmentWithdrawn, ownApproval, preconditionFailed,
            badManifests, stageBusy, noSuchWarehouse, noSuchProject, noSuchRevision, revisionPending, revisionDecided,
            badFreeze,
            noSuchFreeze,
            freezeEnded, noCheckpoint, notSealed, notRolledBack, noSuchRollback, rollbackAccepted,
        ]
}
