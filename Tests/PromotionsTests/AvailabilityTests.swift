import Promotions
import Testing
import Time

private let noon = Instant(microseconds: 1_800_000_000_000_000)

/// A Stage that takes Freight of `market`.
private func stage(
    _ name: String, _ upstream: String..., direct: Bool = false, soak: TimeSpan? = nil,
    strategy: FreightRequest.Strategy = .oneOf
) -> Stage {
    Stage(
        name: name,
        requests: [
            FreightRequest(
                warehouse: "market", isDirect: direct, upstream: upstream, soak: soak, strategy: strategy)
        ])
}

private func disabled(_ stages: String...) -> [String: Disabling] {
    Dictionary(uniqueKeysWithValues: stages.map { ($0, Disabling(reason: "broken", owner: "anna", start: noon)) })
}

private let verified = Stay(verifiedAt: noon - .hours(3), currentSince: noon - .hours(2))

@Suite struct AvailabilityTests {
    /// beta, then paper, then live.
    private let stages = [
        stage("beta", direct: true), stage("paper", "beta", soak: .hours(1)), stage("live", "paper", soak: .hours(4)),
    ]

    private func ask(
        _ stage: String, _ stays: [String: Stay], _ disablings: [String: Disabling] = [:],
        unskippable: Set<String> = [], at instant: Instant = noon, stages: [Stage]? = nil
    ) -> AvailabilityAnswer {
        StageLine(stages: stages ?? self.stages, disablings: disablings, unskippable: unskippable)
            .availability(of: stays, from: "market", in: stage, at: instant)
    }

    @Test func theFirstStageTakesItAsItComes() {
        #expect(ask("beta", [:]) == AvailabilityAnswer(availability: .direct))
    }

    @Test func theStageBeforeMustHaveVerifiedIt() {
        #expect(ask("paper", [:]).availability == .notVerified(in: ["beta"]))
        let stays = ["beta": verified]
        #expect(
            ask("paper", stays)
                == AvailabilityAnswer(availability: .verified(in: ["beta"]), verifiedSince: noon - .hours(3)))
        #expect(ask("live", stays).availability == .notVerified(in: ["paper"]))
    }

    @Test func aStageThatOnlyHoldsItHasNotVerifiedIt() {
        let stays = ["beta": Stay(longest: .days(9), currentSince: noon - .days(9))]
        #expect(ask("paper", stays).availability == .notVerified(in: ["beta"]))
    }

    @Test func theLongestStayCountsAndNotTheSum() {
        func answer(_ longest: TimeSpan?, _ since: Instant?) -> FreightFacts.Availability {
            ask("paper", ["beta": Stay(verifiedAt: noon, longest: longest, currentSince: since)]).availability
        }
        #expect(answer(.hours(1), nil) == .verified(in: ["beta"]))
        #expect(answer(.minutes(59), nil) == .notSoaked(in: ["beta"]))
        #expect(answer(nil, noon - .minutes(60)) == .verified(in: ["beta"]))
        #expect(answer(.minutes(59), noon - .minutes(59)) == .soaking(in: "beta", until: noon + .minutes(1)))
        #expect(answer(nil, nil) == .notSoaked(in: ["beta"]))
    }

    @Test func aSkippedStageLendsItsUpstreamsAndTheLongerTime() {
        let line = disabled("paper")
        #expect(
            ask("live", ["beta": verified], line)
                == AvailabilityAnswer(
                    availability: .soaking(in: "beta", until: noon + .hours(2)), skipped: ["paper"],
                    verifiedSince: noon - .hours(3)))
        // What the skipped Stage itself once found counts no more.
        #expect(ask("live", ["paper": verified], line).availability == .notVerified(in: ["beta"]))
    }

    @Test func disablingHoldsFromItsStartToItsEnd() {
        let line = ["paper": Disabling(reason: "broken", owner: "anna", start: noon, end: noon + .hours(1))]
        #expect(ask("live", [:], line, at: noon - .seconds(1)).availability == .notVerified(in: ["paper"]))
        #expect(ask("live", [:], line, at: noon).availability == .notVerified(in: ["beta"]))
        #expect(ask("live", [:], line, at: noon + .hours(1)).availability == .notVerified(in: ["paper"]))
    }

    @Test func whatCannotBeSkippedIsAskedThoughItIsDisabled() {
        let answer = ask("live", ["beta": verified], disabled("paper"), unskippable: ["paper"])
        #expect(answer == AvailabilityAnswer(availability: .notVerified(in: ["paper"])))
    }

    @Test func thatASkippedStageTakesItDirectlyLetsNothingThrough() {
        #expect(
            ask("paper", [:], disabled("beta"))
                == AvailabilityAnswer(availability: .noUpstream, skipped: ["beta"]))
        let stages = [stage("alpha", direct: true), stage("beta", "alpha", direct: true), stage("live", "beta")]
        #expect(ask("live", [:], disabled("beta"), stages: stages).availability == .notVerified(in: ["alpha"]))
    }

    @Test func aListKeepsItsStrategyInPlaceOfTheSkippedStage() {
        let stages = [
            stage("a", direct: true), stage("b", direct: true), stage("c", direct: true),
            stage("either", "a", "b"), stage("both", "a", "b", strategy: .all),
            stage("one", "both", "c"), stage("every", "either", "c", strategy: .all),
        ]
        let line = disabled("either", "both")
        #expect(ask("one", ["a": verified], line, stages: stages).availability == .notVerified(in: ["b", "c"]))
        #expect(
            ask("one", ["a": verified, "b": verified], line, stages: stages).availability == .verified(in: ["a", "b"]))
        #expect(ask("every", ["a": verified], line, stages: stages).availability == .notVerified(in: ["c"]))
        #expect(
            ask("every", ["a": verified, "c": verified], line, stages: stages).availability
                == .verified(in: ["a", "c"]))
    }

    @Test func allAsksForWhatIsLeftAndNeverForNothing() {
        let stages = [
            stage("a", direct: true), stage("b", direct: true), stage("live", "a", "b", strategy: .all),
        ]
        #expect(ask("live", ["a": verified], disabled("b"), stages: stages).availability == .verified(in: ["a"]))
        #expect(ask("live", [:], disabled("b"), stages: stages).availability == .notVerified(in: ["a"]))
        #expect(ask("live", ["a": verified], disabled("a", "b"), stages: stages).availability == .noUpstream)
    }

    @Test func allSoakAsLongAsTheLastAndOneAsLongAsTheFirst() {
        let stays = [
            "a": Stay(verifiedAt: noon - .hours(1), currentSince: noon - .minutes(10)),
            "b": Stay(verifiedAt: noon - .hours(2), currentSince: noon - .minutes(20)),
        ]
        func answer(_ strategy: FreightRequest.Strategy) -> AvailabilityAnswer {
            let live = stage("live", "a", "b", soak: .hours(1), strategy: strategy)
            return ask("live", stays, stages: [stage("a", direct: true), stage("b", direct: true), live])
        }
        let last = AvailabilityAnswer(
            availability: .soaking(in: "a", until: noon + .minutes(50)), verifiedSince: noon - .hours(1))
        let first = AvailabilityAnswer(
            availability: .soaking(in: "b", until: noon + .minutes(40)), verifiedSince: noon - .hours(2))
        #expect(answer(.all) == last)
        #expect(answer(.oneOf) == first)
    }

    @Test func aCircleOfSkippedStagesCannotBeTold() {
        let stages = [stage("a", "b"), stage("b", "a", "c"), stage("c", direct: true), stage("live", "a")]
        let answer = ask("live", ["c": verified], disabled("a", "b"), stages: stages)
        #expect(answer.availability == .unknown)
    }

    @Test func aStageThatDoesNotExistVerifiesNothing() {
        let stages = [stage("live", "gone")]
        #expect(ask("live", ["gone": verified], stages: stages).availability == .notVerified(in: ["gone"]))
        #expect(ask("gone", [:], stages: stages).availability == .noUpstream)
    }

    @Test func manyWaysThroughSkippedStagesAreWalkedOnce() {
        var stages = [stage("0a", direct: true), stage("0b", direct: true)]
        var names: [String] = []
        for level in 1...60 {
            for letter in ["a", "b"] {
                stages.append(stage("\(level)\(letter)", "\(level - 1)a", "\(level - 1)b", strategy: .all))
                names.append("\(level)\(letter)")
            }
        }
        stages.append(stage("live", "60a", "60b"))
        let line = names.reduce(into: [:]) { $0[$1] = Disabling(reason: "broken", owner: "anna", start: noon) }
        let answer = ask("live", ["0a": verified], line, stages: stages)
        #expect(answer.availability == .notVerified(in: ["0b"]))
        #expect(answer.skipped.count == 120)
    }

    @Test func theStagesBehindAreThoseThatMayWaitForItHoweverManyAreSkippedBetween() {
        let off = Disabling(reason: "broken", owner: "anna", start: noon)
        let line = StageLine(
            stages: [
                stage("beta", direct: true), stage("paper", "beta"), stage("live", "paper"),
                stage("shadow", "beta", "live"),
                stage("other", direct: true), stage("round", "round", "other"),
            ], disablings: ["paper": off, "round": off])
        let open = StageLine(stages: Array(line.stages.values))
        #expect(line.behind("beta", of: "market", at: noon) == ["live", "paper", "shadow"])
        #expect(open.behind("beta", of: "market", at: noon) == ["paper", "shadow"])
        #expect(line.behind("live", of: "market", at: noon) == ["shadow"])
        #expect(line.behind("other", of: "market", at: noon) == ["round"])
        #expect(line.behind("round", of: "market", at: noon) == ["round"])
        #expect(line.behind("beta", of: "charts", at: noon) == [])
        // Whoever waits for a Stage that takes Freight in goes by its word.
        #expect(line.before("live", of: "market", at: noon) == ["beta"])
        #expect(open.before("live", of: "market", at: noon) == ["paper"])
        #expect(line.before("shadow", of: "market", at: noon) == ["beta", "live"])
        #expect(line.before("round", of: "market", at: noon) == ["other"])
        #expect(line.before("beta", of: "market", at: noon) == [])
    }
}
