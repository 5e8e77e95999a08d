import Connectors
import Promotions

/// What follows from what a look at a Warehouse found: which artifacts go together, and which are not all there.
struct LookConclusion: Equatable, Sendable {
    /// Images that belong together, and the repositories that have none of them yet.
    struct IncompleteSet: Equatable, Sendable {
        let key: String
        let missing: [String]
    }

    /// More sets than anybody waits for at once.
    private static let sets = 20

    /// What Freight is made of; nothing while something of it is not known or not there.
    let artifacts: Artifacts?
    /// The sets that are newer than the newest whole one; nothing where that could not be found out.
    let incompleteSets: [IncompleteSet]?

    /// Concludes from a whole look: a finding for each subscription, in their order.
    init(_ findings: [Finding], completeBy: Warehouse.Completeness?) {
        let images: [ImageArtifact]?
        if let completeBy {
            let sets = Self.sets(among: findings, completeBy)
            incompleteSets = sets?.incomplete
            images = sets?.whole
        } else {
            incompleteSets = []
            images = Self.all(findings.filter(\.isOfImages)) { finding in
                finding.images?.first?.artifact(of: finding.repository, subscription: finding.subscription.name)
            }
        }
        let commits = Self.all(findings.compactMap(\.commit)) { $0.artifact }
        let charts = Self.all(findings.compactMap(\.chart)) { $0.artifact }
        guard let images, let commits, let charts, !findings.isEmpty else {
            artifacts = nil
            return
        }
        artifacts = Artifacts(images: images, commits: commits, charts: charts)
    }

    /// The newest set that is whole, and those that are newer and not.
    private static func sets(
        among findings: [Finding], _ completeBy: Warehouse.Completeness
    ) -> (whole: [ImageArtifact]?, incomplete: [IncompleteSet])? {
        let findings = findings.filter(\.isOfImages)
        guard let images = all(findings, \.images) else { return nil }
        let sets = ImageSet.sets(of: images, by: completeBy)
        let incomplete = sets.prefix { !$0.isComplete }.prefix(Self.sets).map { set in
            IncompleteSet(key: set.key, missing: set.missing.map { findings[$0].repository })
        }
        guard !findings.isEmpty else { return ([], []) }
        let whole = sets.first(where: \.isComplete).map { set in
            zip(findings, set.images).compactMap { finding, image in
                image?.artifact(of: finding.repository, subscription: finding.subscription.name)
            }
        }
        return (whole, incomplete)
    }

    /// The result for each element; nothing if there is none for one.
    private static func all<Element, Result>(_ elements: [Element], _ result: (Element) -> Result?) -> [Result]? {
        let results = elements.compactMap(result)
        return results.count == elements.count ? results : nil
    }
}

extension Finding {
    /// Where it looks.
    var repository: String {
        switch subscription.source {
        case .image(let image): image.repository
        case .git(let git): git.repository
        case .chart(let chart): chart.repository
        }
    }

    fileprivate var isOfImages: Bool {
        if case .image = subscription.source { true } else { false }
    }

    /// The newest commit, for a subscription that looks for commits; no artifact where there is none.
    fileprivate var commit: (artifact: CommitArtifact?, Void)? {
        guard case .git(let git) = subscription.source else { return nil }
        guard case .commits(let found) = outcome else { return (nil, ()) }
        return (found.first?.artifact(of: git.repository, subscription: subscription.name), ())
    }

    /// The newest version, for a subscription that looks for a chart; no artifact where there is none.
    fileprivate var chart: (artifact: ChartArtifact?, Void)? {
        guard case .chart(let chart) = subscription.source else { return nil }
        guard case .versions(let found) = outcome else { return (nil, ()) }
        return (found.first.map { chart.artifact(of: $0, subscription: subscription.name) }, ())
    }
}
