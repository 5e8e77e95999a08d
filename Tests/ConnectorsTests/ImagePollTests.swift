import Connectors
import Locks
import Promotions
import RegistryTesting
import SeededTesting
import Testing

@Suite struct ImagePollTests {
    private let fake: FakeRegistry
    private let client = registry()

    init() throws { fake = try FakeRegistry() }

    private func subscription(
        _ strategy: ImageSubscription.Strategy = .semVer, constraint: String? = nil, tags: TagFilter = TagFilter(),
        platform: String? = nil, limit: Int = 20
    ) -> ImageSubscription {
        ImageSubscription(
            repository: fake.image, strategy: strategy, constraint: constraint, tags: tags, platform: platform,
            discoveryLimit: limit)
    }

    private func tags(_ subscription: ImageSubscription) async throws -> [String] {
        var knowledge = ImageKnowledge()
        return try await client.poll(subscription, knowing: &knowledge).candidates.map(\.tag)
    }

    @Test func eachStrategyHasItsNewest() async throws {
        fake.push("1.9.0", created: "2026-03-01T00:00:00Z")
        fake.push("1.10.0", created: "2026-01-01T00:00:00Z")
        fake.push("2.0.0-rc.1", created: "2026-02-01T00:00:00Z")
        fake.push("main-7", created: "2026-02-15T00:00:00Z")
        fake.push("1.10", created: "2026-02-16T00:00:00Z")
        #expect(try await tags(subscription()) == ["2.0.0-rc.1", "1.10.0", "1.9.0"])
        #expect(try await tags(subscription(constraint: "^1")) == ["1.10.0", "1.9.0"])
        #expect(try await tags(subscription(limit: 1)) == ["2.0.0-rc.1"])
        #expect(try await tags(subscription(.lexical, limit: 2)) == ["main-7", "2.0.0-rc.1"])
        #expect(
            try await tags(subscription(.newestBuild)) == ["1.9.0", "1.10", "main-7", "2.0.0-rc.1", "1.10.0"])
        #expect(try await tags(subscription(.digest, constraint: "main-7")) == ["main-7"])
        #expect(try await tags(subscription(.digest, constraint: "gone")) == [])
        #expect(
            try await tags(subscription(.lexical, tags: TagFilter(allow: [#"\d\.\d"#], ignore: ["rc"])))
                == ["1.9.0", "1.10.0", "1.10"])
    }

    @Test func ofOneDateTheLastTagIsTheNewestAndLabelsCountWhereTheyAreLater() async throws {
        fake.push("a", created: "1970-01-01T00:00:00Z")
        fake.push("b", created: "1970-01-01T00:00:00Z")
        fake.push(
            "c", created: "1970-01-01T00:00:00Z", labels: #"{"org.label-schema.build-date":"2026-01-01T00:00:00Z"}"#)
        fake.push(
            "0", created: "1970-01-01T00:00:00Z",
            annotations: #"{"org.opencontainers.image.created":"2026-01-02T00:00:00Z"}"#)
        #expect(try await tags(subscription(.newestBuild)) == ["0", "c", "b", "a"])
    }

    @Test func onlyThePlatformCountsAndOthersDoNotUseUpTheLimit() async throws {
        let arm = fake.push(platform: "linux/arm64")
        let amd = fake.push(platform: "linux/amd64")
        fake.pushIndex("3.0.0", [("linux/arm64", arm)])
        fake.push("2.0.0", platform: "linux/arm64")
        fake.pushIndex("1.1.0", [("linux/arm64", arm), ("linux/amd64", amd)])
        fake.push("1.0.0")
        #expect(try await tags(subscription(limit: 2)) == ["1.1.0", "1.0.0"])
        #expect(try await tags(subscription(platform: "linux/arm64")) == ["3.0.0", "2.0.0", "1.1.0"])
        #expect(try await tags(subscription(platform: "linux/arm64/v8")) == [])
    }

    @Test func aTagOfAnIndexStandsForTheIndex() async throws {
        let amd = fake.push()
        let index = fake.pushIndex("1.0.0", [("linux/amd64", amd)])
        var knowledge = ImageKnowledge()
        let found = try await client.poll(subscription(), knowing: &knowledge)
        #expect(found.candidates.map(\.build.digest.description) == [index])
    }

    @Test func theRevisionOfAnImageIsRead() async throws {
        fake.push("1.0.0", labels: #"{"org.opencontainers.image.revision":"4f1c2e9"}"#)
        var knowledge = ImageKnowledge()
        let found = try await client.poll(subscription(), knowing: &knowledge, withRevisions: true)
        #expect(found.candidates.map(\.build.revision) == ["4f1c2e9"])
    }

    @Test func signaturesAndOtherArtifactsAreNoImages() async throws {
        fake.push("1.0.0")
        fake.tag(
            "2.0.0", fake.add(#"{"mediaType":"\#(FakeRegistry.imageType)","config":{"mediaType":"x/y"}}"#, type: ""))
        #expect(try await tags(subscription()) == ["1.0.0"])
    }

    @Test(arguments: ImageSubscription.Strategy.allCases)
    func anUnchangedRepositoryCostsItsListAndAsManyHEADsAsTheLimit(strategy: ImageSubscription.Strategy) async throws {
        for number in 0..<60 { fake.push("1.0.\(number)", created: "2026-01-01T00:00:\(10 + number % 50)Z") }
        let subscription = subscription(strategy, constraint: strategy == .digest ? "1.0.7" : nil, limit: 10)
        var knowledge = ImageKnowledge()
        let first = try await client.poll(subscription, knowing: &knowledge)
        _ = fake.takeCounts()
        let second = try await client.poll(subscription, knowing: &knowledge)
        #expect(fake.takeCounts() == (strategy == .digest ? ["head": 1] : ["tags": 1, "head": 10]))
        #expect(second.candidates == first.candidates)
        #expect(second.moved == [])
    }

    @Test func whatIsNewIsReadAndNothingElse() async throws {
        for number in 0..<30 { fake.push("1.0.\(number)") }
        var knowledge = ImageKnowledge()
        _ = try await client.poll(subscription(limit: 5), knowing: &knowledge)
        _ = fake.takeCounts()
        fake.push("1.0.30")
        fake.push("1.0.28", created: "2026-05-05T00:00:00Z")
        fake.remove("1.0.27")
        let second = try await client.poll(subscription(limit: 5), knowing: &knowledge)
        #expect(second.candidates.map(\.tag) == ["1.0.30", "1.0.29", "1.0.28", "1.0.26", "1.0.25"])
        #expect(second.moved.map(\.tag) == ["1.0.28"])
        #expect(fake.takeCounts() == ["tags": 1, "head": 4, "manifest": 2, "blob": 2])
    }

    /// A tag that is pushed anew is seen wherever it stands, though not at once.
    @Test func everyBuildIsLookedAtAgainInTurn() async throws {
        for number in 10..<40 { fake.push("b\(number)", created: "2026-01-01T00:00:\(number)Z") }
        let subscription = subscription(.newestBuild, limit: 6)
        var knowledge = ImageKnowledge()
        var found = try await client.poll(subscription, knowing: &knowledge)
        let digest = fake.push("b11", created: "2026-06-01T00:00:00Z")
        for _ in 0..<9 where found.candidates.first?.tag != "b11" {
            _ = fake.takeCounts()
            found = try await client.poll(subscription, knowing: &knowledge)
            #expect(fake.takeCounts()["head"] == 6)
        }
        #expect(found.candidates.first?.build.digest.description == digest)
    }

    @Test func theNewestOfManyBuildsIsToldOnlyWhenAllAreRead() async throws {
        var limits = RegistryLimits()
        limits.manifests = 8
        let client = registry(limits: limits)
        for number in 10..<30 { fake.push("b\(number)", created: "2026-01-01T00:00:\(59 - number)Z") }
        let subscription = subscription(.newestBuild, limit: 2)
        var knowledge = ImageKnowledge()
        var found = try await client.poll(subscription, knowing: &knowledge)
        var unread = [found.unread]
        while found.unread > 0, unread.count < 5 {
            #expect(found.candidates == [])
            found = try await client.poll(subscription, knowing: &knowledge)
            unread.append(found.unread)
        }
        #expect(unread == [12, 4, 0])
        #expect(found.candidates.map(\.tag) == ["b10", "b11"])
    }

    @Test func whatWasReadBeforeARefusalIsKept() async throws {
        for number in 10..<30 { fake.push("b\(number)") }
        let refused = Guarded<Int>(0)
        fake.instead { ask, _ in
            guard case .manifest = ask else { return .usual }
            return refused.withLock { asked in
                asked += 1
                return asked % 7 == 0 ? .status(429, [("Retry-After", "1")]) : .usual
            }
        }
        var knowledge = ImageKnowledge()
        var known: [Int] = []
        for _ in 0..<10 where known.last != 20 {
            _ = try? await client.poll(subscription(.newestBuild, limit: 1), knowing: &knowledge)
            known.append(knowledge.images.count)
        }
        #expect(known.last == 20)
        #expect(known.count > 1 && known == known.sorted())
    }

    /// A move is an alarm, which an error in between must not swallow.
    @Test func aMoveThatAFailingPollSawIsToldByTheNext() async throws {
        fake.push("1.0.0")
        let old = fake.push("2.0.0", created: "2026-05-05T00:00:00Z")
        var limits = RegistryLimits()
        limits.width = 1
        let client = registry(limits: limits)
        var knowledge = ImageKnowledge()
        _ = try await client.poll(subscription(.lexical), knowing: &knowledge)
        let new = fake.push("2.0.0", created: "2026-06-06T00:00:00Z")
        fake.instead { ask, _ in ask == .head("1.0.0") ? .status(500) : .usual }
        await #expect(throws: PollError.self) { try await client.poll(subscription(.lexical), knowing: &knowledge) }
        #expect(knowledge.images["2.0.0"]?.digest.description == new)
        fake.instead(nil)
        let told = try await client.poll(subscription(.lexical), knowing: &knowledge)
        #expect(told.moved.map(\.tag) == ["2.0.0"])
        #expect(told.moved.map(\.from.description) == [old])
        #expect(told.moved.map(\.to.description) == [new])
        #expect(try await client.poll(subscription(.lexical), knowing: &knowledge).moved == [])
    }

    @Test func tenThousandTagsThatAreKnownCostOneList() async throws {
        for number in 0..<10_000 { fake.push("1.\(number / 100).\(number % 100)") }
        for strategy in [ImageSubscription.Strategy.semVer, .lexical] {
            var knowledge = ImageKnowledge()
            let first = try await client.poll(subscription(strategy), knowing: &knowledge)
            _ = fake.takeCounts()
            let second = try await client.poll(subscription(strategy), knowing: &knowledge)
            #expect(second.candidates == first.candidates)
            #expect(second.candidates.count == 20)
            #expect(fake.takeCounts() == ["tags": 1, "head": 20])
        }
    }

    @Test func aTagThatDisappearsInBetweenIsNotFound() async throws {
        fake.push("1.0.0")
        fake.push("2.0.0")
        fake.instead { ask, _ in ask == .manifest("2.0.0") ? .status(404) : .usual }
        #expect(try await tags(subscription()) == ["1.0.0"])
    }

    @Test func whatIsKnownOfAnotherPlatformIsNotBelieved() async throws {
        fake.push("1.0.0")
        var knowledge = ImageKnowledge()
        let first = try await client.poll(subscription(platform: "linux/arm64"), knowing: &knowledge)
        #expect(first.candidates == [])
        let second = try await client.poll(subscription(), knowing: &knowledge)
        #expect(second.candidates.map(\.tag) == ["1.0.0"])
    }

    @Test(arguments: ["(", "(?P<name>a)", "[[a]]"])
    func anExpressionThatCannotBeReadIsTold(pattern: String) async {
        await #expect(throws: PollError.self) { try await tags(subscription(tags: TagFilter(allow: [pattern]))) }
    }

    /// Against what the words say: all tags, sorted by what was pushed.
    @Test func findsWhatANaiveModelFinds() async throws {
        var random = Seeded()
        var pushed: [String: (created: Int, digest: String)] = [:]
        var knowledge: [ImageSubscription.Strategy: ImageKnowledge] = [:]
        for _ in 0..<25 {
            for _ in 0..<3 {
                let tag = "\(Int.random(in: 0...2, using: &random)).\(Int.random(in: 0...3, using: &random)).0"
                let created = Int.random(in: 10...59, using: &random)
                let platform = Bool.random(using: &random) ? "linux/amd64" : "linux/arm64"
                let digest = fake.push(tag, created: "2026-01-01T00:00:\(created)Z", platform: platform)
                pushed[tag] = platform == "linux/amd64" ? (created, digest) : nil
            }
            for strategy in [ImageSubscription.Strategy.semVer, .lexical, .newestBuild] {
                let subscription = subscription(strategy, limit: 12)
                let found = try await client.poll(
                    subscription, knowing: &knowledge[strategy, default: ImageKnowledge()])
                let byTag = pushed.keys.sorted(by: >)
                let expected =
                    strategy == .newestBuild
                    ? byTag.sorted { (pushed[$0]?.created ?? 0, $0) > (pushed[$1]?.created ?? 0, $1) } : byTag
                #expect(found.candidates.map(\.tag) == expected, "\(strategy), seed \(random.seed)")
                #expect(found.candidates.allSatisfy { pushed[$0.tag]?.digest == $0.build.digest.description })
            }
        }
    }
}
