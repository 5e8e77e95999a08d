import Calendars
import Promotions
import Testing
import Time

/// What gates say together: who leads, what is final, what an override covers, what observing lets through.
@Suite struct DecisionTests {
    private let world: World

    init() throws {
        world = try World.shared.get()
    }

    /// A Friday, 10:00 in New York.
    private func during() throws -> Instant { try at("2026-11-20T15:00:00Z") }

    @Test func theContractsExampleComesOutAsWritten() throws {
        let situation = world.situation(
            [marketHours, try noFridayEvening(), signOff], bypasses: ["market-hours", "no-friday-evening"])
        let decision = decide(situation, freight: freight(), Question(at: try during()))
        #expect(!decision.isAllowed)
        #expect(!decision.isFinal)
        #expect(decision.verdict == .closed)
        #expect(decision.code == .marketCoreSession)
        #expect(decision.reason == "paper is closed: XNYS core session until 16:00 EST, and 20m after it")
        #expect(decision.nextOpen == (try at("2026-11-20T21:20:00Z")))
        #expect(decision.nextClose == (try at("2026-11-20T23:00:00Z")))
        #expect(decision.needs == [.approval])
        #expect(
            decision.gates.map { decision.name(of: $0) } == [
                "stage", "freight", "freeze", "availability", "market-hours", "no-friday-evening", "sign-off",
            ])
        #expect(decision.gates.map(\.verdict) == [.open, .open, .open, .open, .closed, .open, .closed])
        #expect(decision.gates.map(\.isBypassable) == [false, false, false, false, true, true, false])
        #expect(decision.gates[4].until == (try at("2026-11-20T21:20:00Z")))
        #expect(decision.gates[5].until == (try at("2026-11-20T23:00:00Z")))
    }

    @Test func marginsAndSessionsHaveTheirOwnCodesAtTheMicrosecond() throws {
        let situation = world.situation([marketHours])
        let expected: [(String, GateCode)] = [
            ("2026-11-20T13:59:59.999999Z", .marketOpen), ("2026-11-20T14:00:00Z", .marketBeforeOpen),
            ("2026-11-20T14:29:59.999999Z", .marketBeforeOpen), ("2026-11-20T14:30:00Z", .marketCoreSession),
            ("2026-11-20T20:59:59.999999Z", .marketCoreSession), ("2026-11-20T21:00:00Z", .marketAfterClose),
            ("2026-11-20T21:19:59.999999Z", .marketAfterClose), ("2026-11-20T21:20:00Z", .marketOpen),
        ]
        for (text, code) in expected {
            let decision = decide(situation, Question(at: try at(text)))
            #expect(decision.gates[2].code == code, "\(text)")
            #expect(decision.isAllowed == (code == .marketOpen), "\(text)")
        }
    }

    @Test func theFirstClosedGateLeadsAndClosedBeatsUnknown() throws {
        let missing = GateRule(name: "tokyo", kind: .market(MarketRule(calendar: "XTKS")))
        let unknown = decide(world.situation([missing]), Question(at: try during()))
        #expect(unknown.verdict == .unknown)
        #expect(!unknown.isAllowed)
        #expect(unknown.code == .calendarMissing)
        let both = decide(world.situation([missing, marketHours]), Question(at: try during()))
        #expect(both.verdict == .closed)
        #expect(both.code == .marketCoreSession)
        #expect(both.nextOpen == nil, "nobody knows when the unknown gate opens")
    }

    @Test func outsideTheCoverageNothingIsOpen() throws {
        for text in ["2031-01-03T12:00:00Z", "1989-12-31T12:00:00Z"] {
            let decision = decide(world.situation([marketHours]), Question(at: try at(text)))
            #expect(decision.verdict == .unknown, "\(text)")
            #expect(decision.code == .calendarOutsideCoverage, "\(text)")
        }
    }

    @Test func finalIsWhatNeitherTimeNorAPersonCanChange() throws {
        let outside = try at("2026-11-21T15:00:00Z")
        let cases: [(FreightFacts, Bool)] = [
            (freight(.unknown), true), (freight(.rejected(reason: "bad")), true), (freight(.wrongOrigin), true),
            (freight(.notMirrored), false), (freight(.accepted, .notVerified(in: ["beta"])), true),
            (freight(.accepted, .soaking(in: "beta", until: outside + .hours(1))), false),
            (freight(.accepted, .notSoaked(in: ["beta"])), false),
            (freight(.accepted, .noUpstream), false), (freight(.accepted, .unknown), false), (freight(), false),
        ]
        for (facts, isFinal) in cases {
            let decision = decide(world.situation([signOff]), freight: facts, Question(at: outside))
            #expect(decision.isFinal == isFinal, "\(facts)")
            #expect(!decision.isAllowed)
        }
        for code in GateCode.allCases where code.isFinal { #expect(code.verdict == .closed, "\(code)") }
    }

    @Test func aStageMustBeKnownHaveAPolicyAndBeEnabled() throws {
        let now = try during()
        let unknown = Situation(
            project: "p", stage: "s", projectPolicy: nil, plan: nil, isKnown: false, revision: 0, epoch: 1, tzdata: "")
        #expect(decide(unknown, Question(at: now)).code == .stageUnknown)
        let bare = Situation(
            project: "p", stage: "s", projectPolicy: nil, plan: nil, isKnown: true, revision: 0, epoch: 1, tzdata: "")
        let missing = decide(bare, Question(at: now))
        #expect(missing.code == .policyMissing)
        #expect(!missing.isFinal)
        let end = now + .hours(2)
        let disabled = world.situation(
            [], disabling: Disabling(reason: "migration", owner: "ops", start: now - .hours(1), end: end))
        let decision = decide(disabled, Question(at: now))
        #expect(decision.code == .stageDisabled)
        #expect(decision.nextOpen == end)
        #expect(decide(disabled, Question(at: end)).isAllowed)
    }

    @Test func aFreezeStopsEverythingUntilItEnds() throws {
        let now = try at("2026-11-21T15:00:00Z")
        let open = Freeze(id: "a", reason: "incident", owner: "ops", start: now - .hours(1))
        let ends = Freeze(id: "b", reason: "release", owner: "ops", start: now, end: now + .hours(3))
        let both = decide(world.situation([marketHours], freezes: [open, ends]), Question(at: now))
        #expect(both.code == .freezeActive)
        #expect(both.needs == [.freeze], "one has no end: a person must end it")
        let one = decide(world.situation([marketHours], freezes: [ends]), Question(at: now))
        #expect(one.nextOpen == now + .hours(3))
        #expect(one.needs.isEmpty)
        #expect(decide(world.situation([], freezes: [ends]), Question(at: now - .seconds(1))).isAllowed)
        #expect(decide(world.situation([], freezes: [ends]), Question(at: now + .hours(3))).isAllowed)
    }

    @Test func onlyAFreezeThatSaysSoLetsRollbacksOrBreakGlassPass() throws {
        let now = try at("2026-11-21T15:00:00Z")
        let override = Override(id: "o", covers: ["freeze"])
        for (says, listed) in [(true, true), (true, false), (false, true)] {
            let freeze = Freeze(
                id: "a", reason: "incident", owner: "ops", start: now, passesRollbacks: says, allowsBreakGlass: says)
            let situation = world.situation([], bypasses: listed ? ["freeze"] : [], freezes: [freeze])
            #expect(decide(situation, override: override, Question(at: now)).isAllowed == (says && listed))
            #expect(decide(situation, Question(at: now, isRollback: true)).isAllowed == says)
        }
    }

    @Test func anOverrideCoversWhatThePolicyListsAndLeavesTheVerdict() throws {
        let situation = world.situation([marketHours, signOff], bypasses: ["market-hours"])
        let approved = freight(approvals: [.init(subject: "anna", at: try during() - .hours(1))])
        let covered = decide(
            situation, freight: approved, override: Override(id: "o", covers: ["market-hours", "sign-off"]),
            Question(at: try during()))
        #expect(covered.isAllowed)
        #expect(covered.verdict == .closed, "a closed gate stays closed in the record")
        let unapproved = decide(
            situation, freight: freight(), override: Override(id: "o", covers: ["market-hours", "sign-off"]),
            Question(at: try during()))
        #expect(!unapproved.isAllowed, "the policy does not list sign-off")
    }

    @Test func whatStopsLeadsBeforeWhatAnOverridePasses() throws {
        let situation = world.situation([marketHours, signOff], bypasses: ["market-hours"])
        let override = Override(id: "o", covers: ["market-hours"])
        let decision = decide(situation, freight: freight(), override: override, Question(at: try during()))
        #expect(decision.code == .approvalMissing)
        #expect(decision.reason == "paper is closed: 0 of 1 approvals")
    }

    @Test func aFurtherSessionNeverOpensWhatWasClosed() throws {
        let rule = MarketRule(
            calendar: "XNYS",
            closedIn: [
                ClosedSession(kind: .core), ClosedSession(kind: .pre, before: .hours(2)),
                ClosedSession(kind: .post, after: .hours(4)),
            ])
        func adjustment(_ from: TimeOfDay, _ until: TimeOfDay) throws -> Adjustment {
            let date = try #require(CivilDate(parsing: "2026-11-24"))
            return Adjustment(
                id: "x", date: date, kind: .extraSession, time: from, until: until, reason: "r", source: "s")
        }
        let before = world.xnys.timeline(closedIn: rule.closedIn)
        for (from, until) in [(TimeOfDay(19, 0), TimeOfDay(21, 0)), (TimeOfDay(3, 30), TimeOfDay(4, 30))] {
            let (adjusted, conflicts) = world.xnys.applying([try adjustment(from, until)])
            #expect(conflicts.isEmpty)
            let after = adjusted.timeline(closedIn: rule.closedIn)
            let midnight = try at("2026-11-24T05:00:00Z")
            for minute in 0..<2_880 {
                let instant = midnight + .minutes(Int64(minute))
                guard before.stretch(at: instant)?.phase != .open else { continue }
                #expect(after.stretch(at: instant)?.phase != .open, "\(instant.text)")
            }
        }
    }

    @Test func unknownIsCoveredOnlyByAnOverrideThatSaysSo() throws {
        let missing = GateRule(name: "tokyo", kind: .market(MarketRule(calendar: "XTKS")))
        let situation = world.situation([missing], bypasses: ["tokyo"])
        let now = try during()
        #expect(!decide(situation, override: Override(id: "o", covers: ["tokyo"]), Question(at: now)).isAllowed)
        let covered = decide(
            situation, override: Override(id: "o", covers: ["tokyo"], coversUnknown: true), Question(at: now))
        #expect(covered.isAllowed)
        #expect(covered.verdict == .unknown)
    }

    @Test func aPolicyThatObservesLetsPassWhatItWouldClose() throws {
        let now = try during()
        let observing = world.situation([marketHours], enforcement: .observe)
        let decision = decide(observing, Question(at: now))
        #expect(decision.isAllowed)
        #expect(decision.verdict == .closed)
        #expect(decision.code == .marketCoreSession)
        let freeze = Freeze(id: "a", reason: "incident", owner: "ops", start: now)
        let frozen = world.situation([], enforcement: .observe, freezes: [freeze])
        #expect(!decide(frozen, Question(at: now)).isAllowed, "a freeze is a person's word, not the policy's")
    }

    @Test func aRecheckAsksOnlyWhetherTheRestOfTheWorkFits() throws {
        let situation = world.situation([marketHours, try noFridayEvening()])
        let margin = try at("2026-11-20T14:15:00Z")
        #expect(!decide(situation, Question(at: margin)).isAllowed)
        let short = Question(at: margin, moment: .recheck(remaining: .minutes(10)))
        #expect(decide(situation, short).isAllowed)
        let exact = Question(at: margin, moment: .recheck(remaining: .minutes(15)))
        #expect(decide(situation, exact).isAllowed)
        let long = Question(at: margin, moment: .recheck(remaining: TimeSpan(microseconds: 900_000_001)))
        #expect(decide(situation, long).code == .marketNoRoom)
        let evening = Question(at: try at("2026-11-20T22:55:00Z"), moment: .recheck(remaining: .minutes(10)))
        #expect(decide(situation, evening).code == .windowNoRoom)
        let inside = Question(at: try during(), moment: .recheck(remaining: .minutes(1)))
        #expect(!decide(situation, inside).isAllowed)
    }

    @Test func approvalsCountOncePerPersonAndWhileTheyLast() throws {
        let now = try at("2026-11-21T15:00:00Z")
        let two = GateRule(name: "two", kind: .approval(ApprovalRule(required: 2, validFor: .hours(1))))
        let cases: [([FreightFacts.Approval], Bool)] = [
            ([], false), ([.init(subject: "anna", at: now), .init(subject: "anna", at: now)], false),
            ([.init(subject: "anna", at: now), .init(subject: "ben", at: now)], true),
            ([.init(subject: "anna", at: now - .hours(1)), .init(subject: "ben", at: now)], false),
            ([.init(subject: "anna", at: now + .seconds(1)), .init(subject: "ben", at: now)], false),
        ]
        for (approvals, isOpen) in cases {
            let decision = decide(world.situation([two]), freight: freight(approvals: approvals), Question(at: now))
            #expect(decision.isAllowed == isOpen, "\(approvals)")
        }
    }

    @Test func whatSuitesFoundCountsByItsModeAndAge() throws {
        let now = try at("2026-11-21T15:00:00Z")
        func code(_ finding: FreightFacts.Finding?, _ mode: VerificationRule.Mode = .enforcing) -> GateCode {
            let gate = GateRule(
                name: "kwok", kind: .verification(VerificationRule(suite: "kwok", maxAge: .days(7), mode: mode)))
            let facts = freight(findings: finding.map { ["kwok": $0] } ?? [:])
            return decide(world.situation([gate]), freight: facts, Question(at: now)).gates[4].code
        }
        #expect(code(nil) == .verificationMissing)
        #expect(code(.init(state: .running, at: now)) == .verificationRunning)
        #expect(code(.init(state: .failed, at: now)) == .verificationFailed)
        #expect(code(.init(state: .errored, at: now)) == .verificationErrored)
        #expect(code(.init(state: .passed, at: now - .days(7) + .seconds(1))) == .verificationPassed)
        #expect(code(.init(state: .passed, at: now - .days(7))) == .verificationExpired)
        #expect(code(.init(state: .failed, at: now), .advisory) == .verificationAdvisory)
    }

    @Test func soakAndSoakingOpenWhenTheirTimeHasCome() throws {
        let now = try at("2026-11-21T15:00:00Z")
        let soak = GateRule(name: "soaked", kind: .soak(.hours(2)))
        let situation = world.situation([soak, marketHours])
        let early = decide(situation, freight: freight(verifiedSince: now - .hours(1)), Question(at: now))
        #expect(early.code == .soakRunning)
        #expect(early.nextOpen == now + .hours(1))
        #expect(decide(situation, freight: freight(verifiedSince: now - .hours(2)), Question(at: now)).isAllowed)
        #expect(decide(situation, freight: freight(), Question(at: now)).code == .soakNotStarted)
    }

    @Test func aRollbackPassesTheGatesThatThePolicyNamesForIt() throws {
        let situation = world.situation([marketHours, signOff], rollbackGates: ["sign-off"])
        let approved = freight(approvals: [.init(subject: "anna", at: try during() - .hours(1))])
        let decision = decide(situation, freight: approved, Question(at: try during(), isRollback: true))
        #expect(decision.isAllowed)
        #expect(!decision.gates.contains { $0.kind == .market })
    }

    @Test func withoutFreightOnlyTheStagesOwnGatesAreJudged() throws {
        let decision = decide(world.situation([marketHours, signOff]), Question(at: try at("2026-11-21T15:00:00Z")))
        #expect(decision.isAllowed)
        #expect(decision.notJudged == ["freight", "availability", "sign-off"])
    }
}
