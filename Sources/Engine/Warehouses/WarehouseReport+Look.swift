import Connectors
import Promotions
import Store
import Time

extension WarehouseReport {
    /// How many tags that moved are remembered.
    private static let memory = 20

    /// What is known after a look, and the tags that were seen to have moved by this one.
    ///
    /// Tags are compared with what the look before found, whoever took it: what moved while no server ran is seen too.
    static func after(
        _ previous: WarehouseReport, _ findings: [Finding], _ conclusion: LookConclusion, at now: Instant
    ) -> (report: WarehouseReport, moved: [MovedTag]) {
        var moved: [MovedTag] = []
        var subscriptions: [Subscription] = []
        for (name, finding) in zip(names(of: findings.map(\.subscription)), findings) {
            let before = previous[name]
            subscriptions.append(Subscription(name: name, finding, after: before, at: now))
            moved += finding.movedTags(since: before, told: previous.movedTags, at: now)
        }
        let sets = conclusion.incompleteSets?.map { set in
            IncompleteSet(
                key: set.key, missing: set.missing,
                since: previous.incompleteSets.first { $0.key == set.key }?.since ?? now)
        }
        let report = WarehouseReport(
            subscriptions: subscriptions, incompleteSets: sets ?? previous.incompleteSets,
            movedTags: Array((moved + previous.movedTags).prefix(memory)))
        return (report, moved)
    }
}

extension WarehouseReport.Subscription {
    fileprivate init(name: String, _ finding: Finding, after previous: Self?, at now: Instant) {
        switch finding.outcome {
        case .images(let found):
            self.init(
                name: name,
                candidates: found.candidates.map { .init(tag: $0.tag, digest: $0.build.digest.description) },
                unread: found.unread)
        case .commits(let found):
            // As many as of images: a repository may have thousands of tags.
            self.init(
                name: name,
                candidates: found.prefix(20).map { .init(tag: $0.tag, digest: $0.id, branch: $0.branch) })
        case .versions(let found):
            self.init(name: name, candidates: found.map { .init(tag: $0) })
        case .failure(let error):
            self.init(
                name: name, candidates: previous?.candidates ?? [], unread: previous?.unread ?? 0,
                failure: .init(message: error.description, since: previous?.failure?.since ?? now))
        }
    }
}

extension Finding {
    /// The tags that stand for other images than they did. A tag that is followed because it moves is none.
    fileprivate func movedTags(
        since before: WarehouseReport.Subscription?, told: [WarehouseReport.MovedTag], at now: Instant
    ) -> [WarehouseReport.MovedTag] {
        guard case .images(let found) = outcome, case .image(let image) = subscription.source,
            image.strategy != .digest
        else { return [] }
        func moved(_ tag: String, _ from: String, _ to: String) -> WarehouseReport.MovedTag {
            .init(repository: image.repository, tag: tag, from: from, to: to, at: now)
        }
        let candidates = before?.candidates ?? []
        let known = Dictionary(candidates.map { ($0.tag, $0.digest) }) { first, _ in first }
        let among = found.candidates.compactMap { candidate in
            let digest = candidate.build.digest.description
            guard let from = known[candidate.tag] ?? nil, from != digest else {
                return nil as WarehouseReport.MovedTag?
            }
            return moved(candidate.tag, from, digest)
        }
        // Others are seen by the server that knew them only: unless another one told it before.
        let others = found.moved.filter { other in
            known[other.tag] == nil && !among.contains { $0.tag == other.tag }
                && told.first { $0.repository == image.repository && $0.tag == other.tag }?.to != other.to.description
        }
        return among + others.map { moved($0.tag, $0.from.description, $0.to.description) }
    }
}
