import Promotions
import Testing
import Time

private let noon = Instant(microseconds: 1_800_000_000_000_000)
private let deploy = Work.deploy(.init(application: "paper"))
private let smoke = Work.verify(.init(suite: "smoke"))
private let hint = Work.verify(.init(suite: "lint", mode: .advisory))

@Suite struct WorkTests {
    private func policy(deploy: Bool, _ suites: [String]) -> StagePolicy {
        StagePolicy(
            stage: "paper", gates: [], deploy: deploy ? .init(application: "paper") : nil,
            verify: suites.map { .init(suite: $0) })
    }

    @Test func whatThePolicySaysIsDoneInItsOrder() {
        #expect(policy(deploy: true, ["smoke", "fills"]).work.map(\.name) == ["argocd-sync", "smoke", "fills"])
        #expect(policy(deploy: false, []).work == [])
    }

    @Test func whatWasDoneIsNotDoneAgainHoweverThePolicyHasChanged() {
        let done: [Work] = [.deploy(.init(application: "elsewhere", timeout: .hours(1))), smoke]
        #expect(policy(deploy: true, ["smoke", "fills"]).work.remaining(after: done).map(\.name) == ["fills"])
        #expect(policy(deploy: true, ["fills"]).work.remaining(after: [smoke]).map(\.name) == ["argocd-sync", "fills"])
    }

    private func end(
        _ state: PromotionState, _ work: Work, _ result: WorkResult, rest: [Work] = [], refusal: GateCode? = nil
    ) throws -> PromotionState {
        let promotion = Promotion(
            id: "p", stage: "paper", freight: FreightStamp(id: "f", warehouse: "market", discoveredAt: noon),
            kind: .person, createdAt: noon, state: state)
        return try promotion.events(after: work, result, rest: rest, refusal: refusal)
            .reduce(promotion) { try transition($0, on: $1) }.state
    }

    @Test func aDeploymentEndsOrIsLookedAt() throws {
        #expect(try end(.running(.sent), deploy, .done) == .ended(.succeeded))
        #expect(try end(.running(.sent), deploy, .done, rest: [smoke]) == .verifying)
        #expect(try end(.running(.sent), deploy, .failed(.degraded)) == .ended(.degraded))
        #expect(try end(.running(.sent), deploy, .failed(.syncFailed)) == .ended(.syncFailed))
        #expect(try end(.running(.sent), deploy, .errored) == .ended(.stepErrored))
        #expect(try end(.running(.sent), deploy, .stopped) == .ended(.stepErrored))
        #expect(try end(.running(.sent), deploy, .refused) == .ended(.stepErrored))
        #expect(try end(.running(.sent), deploy, .late) == .ended(.deadlinePassed))
    }

    @Test(arguments: [WorkResult.done, .failed(.degraded), .errored, .late, .stopped])
    func whatIsBeingStoppedEndsAsItWasGivenUp(result: WorkResult) throws {
        let state = PromotionState.running(.stopping(.abortedByDisabling))
        #expect(try end(state, deploy, result, rest: [smoke]) == .ended(.abortedByDisabling))
        #expect(try end(state, deploy, result, refusal: .freightRejected) == .ended(.abortedByDisabling))
    }

    @Test func whatWasRejectedMeanwhileNeverSucceeds() throws {
        for rest in [[], [smoke]] {
            #expect(
                try end(.running(.sent), deploy, .done, rest: rest, refusal: .freightRejected)
                    == .ended(.refusedAfterwards, gate: .freightRejected))
        }
        for result in [WorkResult.done, .failed(.verificationFailed), .errored] {
            #expect(
                try end(.verifying, smoke, result, refusal: .freightRejected)
                    == .ended(.refusedAfterwards, gate: .freightRejected))
        }
    }

    @Test func onlyASuiteThatCountsFailsThePromotion() throws {
        #expect(try end(.verifying, smoke, .done) == .ended(.succeeded))
        #expect(try end(.verifying, smoke, .done, rest: [hint]) == .verifying)
        #expect(try end(.verifying, smoke, .failed(.verificationFailed)) == .ended(.verificationFailed))
        #expect(try end(.verifying, smoke, .late) == .ended(.verificationErrored))
        for result in [WorkResult.done, .failed(.verificationFailed), .errored, .late, .stopped] {
            #expect(try end(.verifying, hint, result) == .ended(.succeeded))
            #expect(try end(.verifying, hint, result, rest: [smoke]) == .verifying)
        }
    }
}
