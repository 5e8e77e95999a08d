import Promotions
import Store
import Testing
import Time

@testable import Connectors
@testable import Engine

private let now = Instant(microseconds: 1_763_650_000_000_000)

private func digest(_ text: String) -> ContentDigest { ContentDigest(of: Array(text.utf8)) }

private func found(_ tag: String, _ build: String? = nil, revision: String? = nil) -> FoundImage {
    FoundImage(tag: tag, build: Build(digest: digest(build ?? tag), isForPlatform: true, revision: revision))
}

private func image(
    _ repository: String, _ images: [FoundImage], moved: [MovedTag] = [], unread: Int = 0, name: String? = nil,
    _ strategy: ImageSubscription.Strategy = .lexical
) -> Finding {
    Finding(
        subscription: Subscription(
            name: name, .image(ImageSubscription(repository: repository, strategy: strategy))),
        outcome: .images(ImageFindings(candidates: images, moved: moved, unread: unread)))
}

private func failed(_ reason: RegistryError.Reason) -> Finding {
    Finding(
        subscription: Subscription(.image(ImageSubscription(repository: "r/a"))),
        outcome: .failure(.registry(RegistryError(reason: reason, repository: "r/a", reference: nil))))
}

private let commit = Finding(
    subscription: Subscription(.git(GitSubscription(repository: "https://g/a"))),
    outcome: .commits([FoundCommit(id: String(repeating: "a", count: 40), branch: "main", tag: nil)]))
private let chart = Finding(
    subscription: Subscription(name: "helm", .chart(ChartSubscription(repository: "oci://r/chart"))),
    outcome: .versions(["1.2.3", "1.2.2"]))

@Suite struct LookConclusionTests {
    @Test func theNewestOfEachGoTogether() {
        let conclusion = LookConclusion(
            [image("r/a", [found("2"), found("1")]), commit, chart, image("r/b", [found("1")], name: "b")],
            completeBy: nil)
        #expect(
            conclusion.artifacts
                == Artifacts(
                    images: [
                        ImageArtifact(repository: "r/a", tag: "2", digest: digest("2").description),
                        ImageArtifact(
                            repository: "r/b", tag: "1", digest: digest("1").description, subscription: "b"),
                    ],
                    commits: [
                        CommitArtifact(repository: "https://g/a", id: String(repeating: "a", count: 40), branch: "main")
                    ], charts: [ChartArtifact(repository: "oci://r/chart", version: "1.2.3", subscription: "helm")]))
        #expect(conclusion.incompleteSets?.isEmpty == true)
    }

    @Test(arguments: [nil, .tag, .revisionLabel] as [Warehouse.Completeness?])
    func whileSomethingIsNotKnownNothingIsMade(completeBy: Warehouse.Completeness?) {
        let whole = image("r/b", [found("1", revision: "1")])
        #expect(LookConclusion([whole], completeBy: completeBy).artifacts != nil)
        for missing in [failed(.slow), image("r/a", [])] {
            #expect(LookConclusion([whole, missing], completeBy: completeBy).artifacts == nil)
        }
        let noCommit = Finding(subscription: commit.subscription, outcome: .commits([]))
        let noChart = Finding(subscription: chart.subscription, outcome: .versions([]))
        for missing in [noCommit, noChart] {
            #expect(LookConclusion([whole, missing], completeBy: completeBy).artifacts == nil)
        }
        #expect(LookConclusion([], completeBy: completeBy).artifacts == nil)
    }

    @Test func theNewestWholeSetIsMadeAndThoseBeforeItAreTold() {
        let findings = [
            image("r/a", [found("4"), found("3"), found("2"), found("1")]),
            image("r/b", [found("3"), found("1"), found("0")]), image("r/c", [found("3"), found("1")]), commit,
        ]
        let three = LookConclusion(findings, completeBy: .tag)
        #expect(three.artifacts?.images.map(\.tag) == ["3", "3", "3"] && three.artifacts?.commits.count == 1)
        // What is older, and was never whole, nobody waits for.
        #expect(three.incompleteSets == [.init(key: "4", missing: ["r/b", "r/c"])])
    }

    @Test func setsAreToldAlsoWhereSomethingElseFailed() {
        let images = [image("r/a", [found("2")]), image("r/b", [found("1")])]
        let noCommit = Finding(
            subscription: commit.subscription, outcome: .failure(.git(GitError(reason: .slow, repository: "g"))))
        let told = LookConclusion(images + [noCommit], completeBy: .tag)
        #expect(told.artifacts == nil)
        #expect(told.incompleteSets?.map(\.key) == ["2", "1"])
        #expect(LookConclusion(images + [failed(.slow)], completeBy: .tag).incompleteSets == nil)
    }
}

@Suite struct LookTimingTests {
    private func pause(
        _ findings: [Finding], interval: TimeSpan = .minutes(5), failures: Int = 0, chance: Double = 0.5
    ) -> TimeSpan {
        LookTiming(interval: interval, after: findings, failures: failures, chance: chance).pause
    }

    @Test func aWarehouseIsLookedAtAtItsIntervalMoreOrLess() {
        let findings = [image("r/a", [found("1")])]
        #expect(pause(findings) == .minutes(5))
        #expect(pause(findings, chance: 0) == .seconds(270))
        #expect(pause(findings, chance: 1) == .seconds(330))
    }

    @Test func whileTagsAreYetToBeReadItGoesOnSoon() {
        #expect(pause([image("r/a", [], unread: 3)]) == .seconds(2))
        #expect(pause([image("r/a", [], unread: 3)], interval: .seconds(1)) == .seconds(1))
    }

    @Test func whatMayPassIsTriedAgainSoonAndThenLessAndLessOften() {
        let pauses = (1...9).map { pause([failed(.slow)], failures: $0, chance: 1) }
        #expect(pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600].map { .seconds($0) })
        #expect(pause([failed(.slow)], failures: 1, chance: 0) == .seconds(5))
        #expect(pause([failed(.slow)], interval: .hours(1), failures: 1_000_000, chance: 1) == .hours(1))
        #expect(pause([failed(.slow)], interval: .seconds(1), failures: 1, chance: 1) == .seconds(1))
    }

    @Test func whatSomebodyHasToMendIsNotTriedMoreOftenThanTheInterval() {
        let pauses = (1...3).map { pause([failed(.notFound), failed(.slow)], failures: $0, chance: 1) }
        #expect(pauses == [300, 600, 600].map { .seconds($0) })
    }

    @Test func whoAsksForTimeGetsIt() {
        let busy = failed(.tooManyRequests(after: .seconds(90)))
        let timing = LookTiming(interval: .minutes(5), after: [busy], failures: 1, chance: 0)
        #expect(timing.pause == .seconds(90) && timing.rest == .seconds(90))
        // But no more than the longest time between two looks.
        let asleep = failed(.failed(status: 503, after: .days(1)))
        #expect(LookTiming(interval: .minutes(5), after: [asleep], failures: 1, chance: 0).rest == .minutes(10))
        #expect(LookTiming(interval: .minutes(5), after: [failed(.slow)], failures: 1, chance: 0).rest == nil)
    }
}

@Suite struct WarehouseReportTests {
    private func after(
        _ previous: WarehouseReport, _ findings: [Finding], at instant: Instant = now
    ) -> (report: WarehouseReport, moved: [WarehouseReport.MovedTag]) {
        WarehouseReport.after(previous, findings, LookConclusion(findings, completeBy: .tag), at: instant)
    }

    private let later = now + .minutes(5)

    @Test func whatIsKeptIsReadBack() {
        var report = WarehouseReport(
            subscriptions: [
                .init(name: "image r/a", candidates: [.init(tag: "1", digest: "sha256:0")], unread: 7),
                .init(name: "git g", failure: .init(message: "no \"such\" branch", since: now)),
            ], incompleteSets: [.init(key: "1", missing: ["r/b"], since: now)],
            movedTags: [.init(repository: "r/a", tag: "1", from: "sha256:1", to: "sha256:0", at: now)])
        report.freight = String(repeating: "a", count: 40)
        #expect(WarehouseReport(kept: report.kept) == report)
        #expect(WarehouseReport(kept: "{}") == WarehouseReport() && WarehouseReport(kept: "[") == WarehouseReport())
    }

    @Test func aTagThatMovedIsSeenByWhoeverLooksNext() {
        let first = after(WarehouseReport(), [image("r/a", [found("1", "a"), found("0")])])
        #expect(first.moved.isEmpty)
        // Another server, which remembers nothing, or the same one, which does: it is told once.
        let known = MovedTag(tag: "1", from: digest("a"), to: digest("b"))
        for moved in [[], [known]] {
            let second = after(
                first.report, [image("r/a", [found("1", "b"), found("0")], moved: moved)], at: later)
            let expected = WarehouseReport.MovedTag(
                repository: "r/a", tag: "1", from: digest("a").description, to: digest("b").description, at: later)
            #expect(second.moved == [expected] && second.report.movedTags == [expected])
            #expect(after(second.report, [image("r/a", [found("1", "b")], moved: moved)]).moved.isEmpty)
        }
    }

    @Test func aTagThatIsNoCandidateIsToldOnceToo() {
        let moved = MovedTag(tag: "old", from: digest("a"), to: digest("b"))
        let first = after(WarehouseReport(), [image("r/a", [found("1")], moved: [moved])])
        #expect(first.moved.map(\.tag) == ["old"])
        #expect(after(first.report, [image("r/a", [found("1")], moved: [moved])]).moved.isEmpty)
        let back = MovedTag(tag: "old", from: digest("b"), to: digest("a"))
        #expect(after(first.report, [image("r/a", [found("1")], moved: [back])]).moved.count == 1)
    }

    @Test func aTagThatIsFollowedBecauseItMovesIsNoAlarm() {
        let first = after(WarehouseReport(), [image("r/a", [found("latest", "a")], .digest)])
        #expect(after(first.report, [image("r/a", [found("latest", "b")], .digest)]).moved.isEmpty)
    }

    @Test func whileLooksFailWhatWasFoundStays() {
        let first = after(WarehouseReport(), [image("r/a", [found("1")])]).report
        let second = after(first, [failed(.slow)]).report
        #expect(second.subscriptions.first?.candidates == first.subscriptions.first?.candidates)
        #expect(second.subscriptions.first?.failure?.since == now)
        let third = after(second, [failed(.notFound)], at: later).report
        #expect(third.subscriptions.first?.failure?.since == now)
        #expect(third.subscriptions.first?.failure?.message.contains("404") == true)
        // So that a tag that moves while nobody sees it is an alarm all the same.
        #expect(after(third, [image("r/a", [found("1", "b")])]).moved.count == 1)
    }

    @Test func sinceWhenASetIsNotWholeIsKept() {
        let findings = [image("r/a", [found("2"), found("1")]), image("r/b", [found("1")])]
        let first = after(WarehouseReport(), findings).report
        #expect(after(first, findings, at: later).report.incompleteSets == first.incompleteSets)
        let unknown = [findings[0], failed(.slow)]
        #expect(after(first, unknown, at: later).report.incompleteSets == first.incompleteSets)
    }

    @Test func subscriptionsOfOneRepositoryHaveNamesOfTheirOwn() {
        let twice = [image("r/a", []), image("r/a", []), image("r/a", [], name: "b")].map(\.subscription)
        #expect(Set(WarehouseReport.names(of: twice)).count == 3)
    }
}
