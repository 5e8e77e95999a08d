internal import HTTPClient
public import Promotions

extension Registry {
    /// Looks which images of a subscription count now.
    ///
    /// Where nothing is new this costs the list of tags and at most `discoveryLimit` HEADs. `withRevisions` asks for what
    /// images say of their commit, which costs more requests for each new one. What was found out before an error is kept
    /// in `knowledge`, so that a registry that often says no is read in the end.
    public func poll(
        _ subscription: ImageSubscription, knowing knowledge: inout ImageKnowledge, withRevisions: Bool = false
    ) async throws(PollError) -> ImageFindings {
        let platform = subscription.platform.map(Platform.init) ?? .usual
        guard let platform else { throw .subscription(SelectionError("The platform is written os/arch[/variant].")) }
        let question = ImageKnowledge.Question(
            repository: subscription.repository, platform: platform,
            hasSayings: withRevisions || subscription.strategy == .newestBuild)
        let repository: Repository
        var all: [String] = []
        do {
            repository = try Repository(subscription.repository, allowed)
            if subscription.strategy != .digest { all = try await tags(of: repository) }
        } catch { throw .registry(error) }
        let tags: [String]
        do { tags = try TagSelection.ordered(all, for: subscription) } catch { throw .subscription(error) }
        var poll = ImagePoll(
            registry: self, repository: repository, limit: subscription.discoveryLimit, question: question,
            knowledge: ImageKnowledge(knowledge, for: question))
        defer { knowledge = poll.knowledge }
        do {
            return try await poll.findings(among: tags, byDate: subscription.strategy == .newestBuild)
        } catch { throw .registry(error) }
    }
}

/// One look at a repository.
struct ImagePoll {
    let registry: Registry
    let repository: Repository
    let limit: Int
    let question: ImageKnowledge.Question
    var knowledge: ImageKnowledge
    private var unread = 0
    private var firstUnread: String?
    /// How many tags that are known may still be asked for their digest.
    private var heads: Int
    /// How many more manifests this poll reads.
    private var reads: Int

    init(
        registry: Registry, repository: Repository, limit: Int, question: ImageKnowledge.Question,
        knowledge: ImageKnowledge
    ) {
        self.registry = registry
        self.repository = repository
        self.limit = limit
        self.question = question
        self.knowledge = knowledge
        heads = limit
        reads = registry.limits.manifests
    }

    /// The images of these tags that are for the platform, in the tags' order, as many as count.
    private func inOrder(_ tags: some Sequence<String>) -> [FoundImage] {
        let images = tags.lazy.compactMap { tag in knowledge.images[tag].map { FoundImage(tag: tag, build: $0) } }
        return Array(images.filter(\.build.isForPlatform).prefix(limit))
    }
}

extension ImagePoll {
    /// The candidates among the tags that count, which stand in their order.
    mutating func findings(among tags: [String], byDate: Bool) async throws(RegistryError) -> ImageFindings {
        let present = Set(tags)
        knowledge.images = knowledge.images.filter { present.contains($0.key) }
        let candidates: [FoundImage]
        if byDate {
            candidates = try await newestBuilds(tags)
        } else {
            try await walk(tags)
            // Below a tag that is yet to be read nothing counts: it might.
            candidates = inOrder(tags.prefix { $0 != firstUnread })
        }
        defer { knowledge.moved = [] }
        return ImageFindings(candidates: candidates, moved: knowledge.moved, unread: unread)
    }

    /// Looks at tags in their order until enough of them are for the platform.
    private mutating func walk(_ tags: [String]) async throws(RegistryError) {
        var found = 0
        var rest = tags[...]
        while found < limit, !rest.isEmpty {
            let batch = Array(rest.prefix(limit - found))
            rest = rest.dropFirst(batch.count)
            try await look(at: batch)
            found += batch.count { knowledge.images[$0]?.isForPlatform == true }
            if unread > 0 { return }
        }
    }

    /// Which were built last can only be said when all are known; then the newest are looked at again, and some of the
    /// others in turn, since any tag may be pushed anew.
    private mutating func newestBuilds(_ tags: [String]) async throws(RegistryError) -> [FoundImage] {
        let unknown = tags.filter { knowledge.images[$0] == nil }
        let known = unknown.isEmpty ? tags : tags.filter { knowledge.images[$0] != nil }
        let newest = Array(byDate(known).prefix((limit + 1) / 2))
        try await look(at: newest + others(than: newest, of: known))
        try await look(at: unknown)
        return unread > 0 ? [] : inOrder(byDate(tags))
    }

    /// The latest first; of the same date, the last tag first. What has no date was never built last.
    private func byDate(_ tags: [String]) -> [String] {
        tags.compactMap { tag in knowledge.images[tag].map { (tag, $0.created) } }
            .sorted { left, right in
                left.1 != right.1
                    ? right.1.map { date in left.1.map { $0 > date } ?? false } ?? true
                    : right.0.utf8.lexicographicallyPrecedes(left.0.utf8)
            }
            .map(\.0)
    }

    /// The next of the tags that are not looked at anyway: the ones after where the last poll stopped.
    private mutating func others(than newest: [String], of known: [String]) -> [String] {
        let rest = known.filter { !newest.contains($0) }
        let start = knowledge.lookedAgain.flatMap { last in
            rest.firstIndex { $0.utf8.lexicographicallyPrecedes(last.utf8) }
        }
        let turn = Array((rest[(start ?? 0)...] + rest[..<(start ?? 0)]).prefix(limit - newest.count))
        knowledge.lookedAgain = turn.last
        return turn
    }

    /// What one look tells of a tag.
    private enum Sight {
        case unchanged
        case build(Build)
        case gone
    }

    /// Asks for the digests of tags that are known, while that may be, and reads those that are not.
    private mutating func look(at tags: [String]) async throws(RegistryError) {
        var asked: [(tag: String, known: Build?)] = []
        for tag in tags {
            if let known = knowledge.images[tag] {
                if heads > 0 { asked.append((tag, known)) }
                heads -= 1
            } else if reads > 0 {
                reads -= 1
                asked.append((tag, nil))
            } else {
                unread += 1
                firstUnread = firstUnread ?? tag
            }
        }
        let (registry, repository, question) = (registry, repository, question)
        let (sights, failure) = await inParallel(asked, width: registry.limits.width) {
            tag, known throws(RegistryError) in
            try await Self.look(at: tag, known, in: repository, of: registry, for: question)
        }
        for (index, sight) in sights {
            let (tag, known) = asked[index]
            switch sight {
            case .unchanged: break
            case .gone: knowledge.images[tag] = nil
            case .build(let build):
                if let known, known.digest != build.digest {
                    knowledge.moved.append(MovedTag(tag: tag, from: known.digest, to: build.digest))
                }
                knowledge.images[tag] = build
            }
        }
        if let failure { throw failure }
    }

    private static func look(
        at tag: String, _ known: Build?, in repository: Repository, of registry: Registry,
        for question: ImageKnowledge.Question
    ) async throws(RegistryError) -> Sight {
        if let known {
            guard let digest = try await registry.digest(of: tag, in: repository) else { return .gone }
            if digest == known.digest { return .unchanged }
        }
        let build = try await registry.build(
            of: tag, in: repository, for: question.platform, withSayings: question.hasSayings)
        return build.map(Sight.build) ?? .gone
    }
}
