internal import Promotions

/// Which references a git subscription asks for, and which of them count.
enum GitSelection {
    private static let heads = "refs/heads/"
    private static let tags = "refs/tags/"

    /// Whether a branch may have this name: one that breaks a line would be another request.
    static func mayBeBranch(_ name: String) -> Bool {
        1...500 ~= name.utf8.count && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// What the names of the references begin with that have to be known.
    static func prefixes(for subscription: GitSubscription) -> [String] {
        switch (subscription.strategy, subscription.branch) {
        case (.newestFromBranch, let branch?): [heads + branch]
        case (.newestFromBranch, nil): ["HEAD"]
        case (.semVer, _), (.lexical, _): [tags]
        }
    }

    /// The commits that count, the newest first.
    static func commits(
        among references: [GitReference], for subscription: GitSubscription
    ) throws(PollError) -> [FoundCommit] {
        switch subscription.strategy {
        case .newestFromBranch: return [try head(among: references, for: subscription)]
        case .semVer, .lexical: break
        }
        let byTag = Dictionary(
            references.filter { $0.name.hasPrefix(tags) }.map { (String($0.name.dropFirst(tags.count)), $0.commit) },
            uniquingKeysWith: { first, _ in first })
        let ordered: [String]
        do {
            let kept = try TagSelection.filter(Array(byTag.keys), by: subscription.tags)
            ordered =
                subscription.strategy == .lexical
                ? TagSelection.lexically(kept)
                : try TagSelection.versions(
                    kept, within: subscription.constraint, strict: subscription.hasStrictVersions)
        } catch { throw .subscription(error) }
        return ordered.compactMap { tag in byTag[tag].map { FoundCommit(id: $0, branch: nil, tag: tag) } }
    }

    /// A prefix finds longer names too: only the branch itself counts.
    private static func head(
        among references: [GitReference], for subscription: GitSubscription
    ) throws(PollError) -> FoundCommit {
        let name = subscription.branch.map { heads + $0 } ?? "HEAD"
        guard let found = references.first(where: { $0.name == name }) else {
            throw .git(
                GitError(
                    reason: .noSuchBranch(subscription.branch ?? "HEAD"), repository: subscription.repository))
        }
        let branch =
            subscription.branch
            ?? found.target.flatMap { target in
                target.hasPrefix(heads) ? String(target.dropFirst(heads.count)) : nil
            }
        return FoundCommit(id: found.commit, branch: branch, tag: nil)
    }
}
