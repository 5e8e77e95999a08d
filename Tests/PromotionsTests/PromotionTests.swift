import Promotions
import Testing
import Time

private let noon = Instant(microseconds: 1_800_000_000_000_000)

/// Freight `f1`, `f2`, …, each made an hour after the one before.
private func f(_ number: Int, _ warehouse: String = "market") -> FreightStamp {
    FreightStamp(id: "f\(number)", warehouse: warehouse, discoveredAt: noon + .hours(Int64(number)))
}

private func promotion(
    _ id: String, _ freight: FreightStamp, _ state: PromotionState = .pending, kind: Promotion.Kind = .auto,
    waitUntil: Instant? = nil, stage: String = "paper"
) -> Promotion {
    Promotion(
        id: id, stage: stage, freight: freight, kind: kind, createdAt: noon, waitUntil: waitUntil, state: state)
}

@Suite struct QueueTests {
    private func turn(
        _ order: StagePolicy.Queue, _ promotions: [Promotion], held: Set<String> = [], closed: Set<String> = [],
        at instant: Instant = noon
    ) throws -> [String: String] {
        let changed = try StageQueue(order: order, heldOrigins: held)
            .turn(promotions, at: instant) { !closed.contains($0.id) }
        return Dictionary(uniqueKeysWithValues: changed.map { ($0.id, $0.phase.rawValue) })
    }

    @Test func theNewestGoesFirstAndTheOlderOfItsWarehouseAreSuperseded() throws {
        let waiting = [promotion("a", f(1)), promotion("b", f(3)), promotion("c", f(2)), promotion("d", f(2, "chart"))]
        #expect(try turn(.newestWins, waiting) == ["b": "Running", "a": "Superseded", "c": "Superseded"])
        #expect(try turn(.newestWins, waiting, closed: ["b"]) == ["c": "Running", "a": "Superseded"])
    }

    /// Which of those that wait by themselves will never be needed, by what each has before it.
    private func overtaken(
        _ order: StagePolicy.Queue, _ waiting: [(Promotion, Outlook?)]
    ) -> Set<String> {
        let outlooks = Dictionary(uniqueKeysWithValues: waiting.map { ($0.0.id, $0.1) })
        let queue = StageQueue(order: order)
        return Set(queue.overtaken(waiting.map(\.0)) { outlooks[$0.id] ?? nil }.map(\.id))
    }

    @Test func whatWaitsForNoLessThanNewerFreightIsNotKept() {
        let close = noon + .hours(4)
        let timed = Outlook(isOpen: false, needs: [], nextOpen: close)
        let signed = Outlook(isOpen: false, needs: [.approval], nextOpen: close)
        let (old, new) = (promotion("a", f(1)), promotion("b", f(2)))
        #expect(overtaken(.newestWins, [(old, timed), (new, timed)]) == ["a"])
        #expect(overtaken(.newestWins, [(old, signed), (new, timed)]) == ["a"])
        #expect(overtaken(.fifo, [(old, timed), (new, timed)]) == [])
        // What is approved and waits for the close is not lost to what nobody has approved.
        #expect(overtaken(.newestWins, [(old, timed), (new, signed)]) == [])
        let later = Outlook(isOpen: false, needs: [], nextOpen: close + .hours(1))
        #expect(overtaken(.newestWins, [(old, timed), (new, later)]) == [])
        #expect(overtaken(.newestWins, [(old, later), (new, timed)]) == ["a"])
        // Nothing is told of what cannot be told, nor lost to it.
        #expect(overtaken(.newestWins, [(old, nil), (new, timed)]) == [])
        #expect(overtaken(.newestWins, [(old, timed), (new, nil)]) == [])
        // What may go in this moment is not lost to what may not.
        let open = Outlook(isOpen: true, needs: [], nextOpen: noon)
        #expect(overtaken(.newestWins, [(old, open), (new, timed)]) == [])
    }

    @Test func whatAPersonWantsIsNotLostToWhatGoesByItself() {
        let timed = Outlook(isOpen: false, needs: [], nextOpen: noon + .hours(4))
        for kind in [Promotion.Kind.person, .rollback] {
            #expect(
                overtaken(.newestWins, [(promotion("a", f(1), kind: kind), timed), (promotion("b", f(2)), timed)]) == []
            )
        }
        #expect(overtaken(.newestWins, [(promotion("a", f(1, "chart")), timed), (promotion("b", f(2)), timed)]) == [])
    }

    @Test func whoeverCameFirstGoesFirst() throws {
        let waiting = [promotion("a", f(2)), promotion("b", f(1)), promotion("c", f(3))]
        #expect(try turn(.fifo, waiting) == ["a": "Running", "b": "Superseded"])
        #expect(
            try turn(.fifo, waiting, closed: ["a", "b"]) == ["c": "Running", "a": "Superseded", "b": "Superseded"])
    }

    @Test(arguments: [PromotionState.running(.unsent), .verifying])
    func theSlotIsOne(state: PromotionState) throws {
        #expect(try turn(.newestWins, [promotion("a", f(1), state), promotion("b", f(2))]) == [:])
    }

    @Test func aRollbackIsNotBehindNewerFreight() throws {
        let waiting = [promotion("a", f(3)), promotion("b", f(1), kind: .rollback)]
        #expect(try turn(.newestWins, waiting) == ["b": "Running"])
        // Asked for after the newer one it is there to undo it; asked for before, it was answered by it.
        #expect(try turn(.newestWins, waiting, closed: ["b"]) == ["a": "Running"])
        let before = [promotion("b", f(3)), promotion("a", f(1), kind: .rollback)]
        #expect(try turn(.newestWins, before, closed: ["a"]) == ["b": "Running", "a": "Superseded"])
    }

    @Test func aHoldStopsWhatGoesByItself() throws {
        let waiting = [promotion("a", f(2)), promotion("b", f(1), kind: .person)]
        #expect(try turn(.newestWins, waiting, held: ["market"]) == ["b": "Running"])
        #expect(try turn(.newestWins, waiting, held: ["chart"]) == ["a": "Running", "b": "Superseded"])
    }

    @Test func timeEndsAWaitAndNotWhatIsAtWork() throws {
        let late = noon + .hours(1)
        let all = [
            promotion("a", f(1), .waiting(.gate(.marketCoreSession)), waitUntil: late),
            promotion("b", f(2), .running(.unsent), waitUntil: late),
        ]
        #expect(try turn(.fifo, all, at: late - .milliseconds(1)) == [:])
        #expect(try turn(.fifo, all, at: late) == ["a": "Aborted"])
    }

    @Test func whatAPersonWantsWaitsAsLongAsThePolicyLets() throws {
        func end(_ kind: Promotion.Kind, _ until: Instant?) throws -> Instant? {
            try PromotionRequest(id: "a", stage: "paper", freight: f(1), kind: kind, at: noon, waitUntil: until)
                .promotion(stoppedBy: nil, maxWait: .hours(24)).waitUntil
        }
        #expect(try end(.person, nil) == noon + .hours(24))
        #expect(try end(.rollback, noon + .hours(2)) == noon + .hours(2))
        #expect(try end(.person, noon + .hours(48)) == noon + .hours(24))
        #expect(try end(.auto, nil) == nil)
    }

    @Test func closedGatesLetAWishWaitUnlessItIsToBeRefused() throws {
        func made(
            _ code: GateCode?, _ ifClosed: PromotionRequest.IfClosed = .wait, _ kind: Promotion.Kind = .person
        ) throws -> PromotionState {
            try PromotionRequest(id: "a", stage: "paper", freight: f(1), kind: kind, at: noon, ifClosed: ifClosed)
                .promotion(stoppedBy: code, maxWait: .hours(24)).state
        }
        #expect(try made(nil, .refuse) == .pending)
        #expect(try made(.marketCoreSession) == .waiting(.gate(.marketCoreSession)))
        #expect(try made(.storeUnavailable) == .waiting(.gate(.storeUnavailable)))
        #expect(throws: PromotionRequest.Refusal.closed(.freezeActive)) { try made(.freezeActive, .refuse) }
        #expect(throws: PromotionRequest.Refusal.closed(.freezeActive)) { try made(.freezeActive, .wait, .external) }
        #expect(throws: PromotionRequest.Refusal.never(.freightRejected)) { try made(.freightRejected) }
    }
}

@Suite struct AutoPromotionTests {
    private func auto(
        _ history: [Promotion] = [], current: FreightStamp? = nil, isHeld: Bool = false, isOn: Bool = true,
        _ selection: FreightRequest.Selection = .newest
    ) -> AutoPromotion {
        let request = FreightRequest(warehouse: "market", upstream: ["beta"], selection: selection)
        return AutoPromotion(
            stage: Stage(name: "paper", requests: [request], isAutoPromoted: isOn), warehouse: "market",
            history: history, current: current, isHeld: isHeld)
    }

    @Test func theNewestThatIsAvailable() {
        #expect(auto().next(among: [f(1), f(3), f(2), f(9, "chart")], followed: nil) == f(3))
        #expect(auto().next(among: [], followed: nil) == nil)
        #expect(auto(isOn: false).next(among: [f(1)], followed: nil) == nil)
        #expect(auto(isHeld: true).next(among: [f(1)], followed: nil) == nil)
    }

    @Test func ofFreightMadeAtOnceTheNameDecides() {
        let one = FreightStamp(id: "a", warehouse: "market", discoveredAt: noon)
        let other = FreightStamp(id: "b", warehouse: "market", discoveredAt: noon)
        #expect(auto().next(among: [other, one], followed: nil) == other)
    }

    @Test func neitherWhatRunsNorWhatIsOlder() {
        #expect(auto(current: f(3)).next(among: [f(3), f(2)], followed: nil) == nil)
        #expect(auto(current: f(3)).next(among: [f(2)], followed: nil) == nil)
        #expect(auto(current: f(1)).next(among: [f(2)], followed: nil) == f(2))
    }

    @Test func onlyWhatLastEndedWellHereIsTriedAgain() {
        for code in PromotionCode.allCases {
            let isFine = code.phase == .succeeded || code.phase == .superseded
            let history = [promotion("a", f(2), .ended(code))]
            #expect(auto(history).next(among: [f(1), f(2)], followed: nil) == (isFine ? f(2) : nil), "\(code)")
        }
        let again = [promotion("a", f(2), .ended(.stepErrored)), promotion("b", f(2), .ended(.superseded))]
        #expect(auto(again).next(among: [f(2)], followed: nil) == f(2))
        let elsewhere = [promotion("a", f(2), .ended(.stepErrored), stage: "beta")]
        #expect(auto(elsewhere).next(among: [f(2)], followed: nil) == f(2))
    }

    @Test func oneAtATime() {
        let atWork = [promotion("a", f(1), .running(.unsent))]
        #expect(auto(atWork).next(among: [f(2)], followed: nil) == nil)
        let waiting = [promotion("a", f(2), .waiting(.slot)), promotion("b", f(2), .ended(.superseded))]
        #expect(auto(waiting).next(among: [f(2)], followed: nil) == nil)
        #expect(auto(waiting).next(among: [f(2), f(3)], followed: nil) == f(3))
    }

    @Test func theStageBeforeIsFollowedBackToo() {
        let following = auto(current: f(3), .matchUpstream)
        #expect(following.next(among: [f(1), f(2), f(3)], followed: f(1)) == f(1))
        #expect(following.next(among: [f(2)], followed: f(1)) == nil)
        #expect(following.next(among: [f(2)], followed: nil) == nil)
    }

    @Test func skippedStagesAreNotFollowed() {
        func stage(_ name: String, _ upstream: String...) -> Stage {
            Stage(name: name, requests: [FreightRequest(warehouse: "market", upstream: upstream)])
        }
        let stages = [stage("beta"), stage("paper", "beta"), stage("live", "paper"), stage("wide", "beta", "paper")]
        let line = StageLine(
            stages: stages, disablings: ["paper": Disabling(reason: "broken", owner: "anna", start: noon)])
        #expect(line.followed(by: "live", of: "market", at: noon - .seconds(1)) == "paper")
        #expect(line.followed(by: "live", of: "market", at: noon) == "beta")
        #expect(line.followed(by: "wide", of: "market", at: noon) == nil)
        #expect(line.followed(by: "live", of: "chart", at: noon) == nil)
    }

    @Test func whoeverWantsSomethingElseHolds() {
        let cases: [(Promotion.Kind, Int, Bool)] = [
            (.rollback, 2, true), (.person, 1, true), (.person, 2, false), (.external, 1, true), (.auto, 1, false),
        ]
        for (kind, number, holds) in cases {
            let promotion = promotion("a", f(number), kind: kind)
            #expect(AutoPromotion.isHeld(by: promotion, candidate: f(2)) == holds, "\(kind) of \(number)")
        }
    }
}

@Suite struct RollbackTests {
    private func check(
        _ freight: FreightStamp, deployed: [FreightStamp] = [f(3)], wasCurrent: Bool = true, isRejected: Bool = false
    ) throws {
        try Rollback(wasCurrent: wasCurrent, deployed: deployed).check(freight, isRejected: isRejected)
    }

    @Test func backToWhatWasCurrentHere() throws {
        try check(f(1))
        try check(f(3), deployed: [f(4)])
        #expect(throws: Rollback.Refusal.neverCurrent) { try check(f(2), wasCurrent: false) }
        #expect(throws: Rollback.Refusal.notOlder) { try check(f(3)) }
        #expect(throws: Rollback.Refusal.notOlder) { try check(f(3), deployed: [f(2)]) }
        #expect(throws: Rollback.Refusal.rejected) { try check(f(1), isRejected: true) }
        #expect(throws: Rollback.Refusal.nothingDeployed) { try check(f(1), deployed: [f(3, "chart")]) }
    }
}
