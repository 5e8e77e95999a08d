/// What a Warehouse looks for, by the name that artifacts of it carry.
public struct Subscription: Hashable, Sendable {
    /// Where it looks.
    public enum Source: Hashable, Sendable {
        /// Tags of an image.
        case image(ImageSubscription)
        /// Branch heads or tags of a git repository.
        case git(GitSubscription)
        /// Versions of a chart.
        case chart(ChartSubscription)
    }

    /// Its name, if it was given one.
    public let name: String?
    /// Where it looks.
    public let source: Source

    /// Something to look for.
    public init(name: String? = nil, _ source: Source) {
        self.name = name
        self.source = source
    }
}

/// Which tags count, by regular expressions that may match anywhere in them; ignored ones never do.
public struct TagFilter: Hashable, Sendable {
    /// One of these must match; none at all means that every tag may count.
    public let allow: [String]
    /// None of these may match.
    public let ignore: [String]

    /// A filter of these expressions.
    public init(allow: [String] = [], ignore: [String] = []) {
        self.allow = allow
        self.ignore = ignore
    }
}

/// Tags of an image.
public struct ImageSubscription: Hashable, Sendable {
    /// Which tag is the newest.
    public enum Strategy: String, CaseIterable, Sendable {
        /// The highest semantic version.
        case semVer = "SemVer"
        /// The last in the order of its bytes.
        case lexical = "Lexical"
        /// The one that was built last.
        case newestBuild = "NewestBuild"
        /// One tag whose digest moves.
        case digest = "Digest"
    }

    /// The repository, without scheme or tag.
    public let repository: String
    /// Which tag is the newest.
    public let strategy: Strategy
    /// For `SemVer` a range, for `Digest` the tag.
    public let constraint: String?
    /// Whether a version must have all three of its numbers.
    public let hasStrictVersions: Bool
    /// Which tags count.
    public let tags: TagFilter
    /// `os/arch[/variant]`; nothing means linux/amd64.
    public let platform: String?
    /// How many candidates are kept.
    public let discoveryLimit: Int

    /// Tags of an image.
    public init(
        repository: String, strategy: Strategy = .semVer, constraint: String? = nil, hasStrictVersions: Bool = true,
        tags: TagFilter = TagFilter(), platform: String? = nil, discoveryLimit: Int = 20
    ) {
        self.repository = repository
        self.strategy = strategy
        self.constraint = constraint
        self.hasStrictVersions = hasStrictVersions
        self.tags = tags
        self.platform = platform
        self.discoveryLimit = discoveryLimit
    }
}

/// Branch heads or tags of a git repository.
public struct GitSubscription: Hashable, Sendable {
    /// Which commit is the newest.
    public enum Strategy: String, CaseIterable, Sendable {
        /// The head of a branch.
        case newestFromBranch = "NewestFromBranch"
        /// The highest semantic version among the tags.
        case semVer = "SemVer"
        /// The last tag in the order of its bytes.
        case lexical = "Lexical"
    }

    /// The repository's URL.
    public let repository: String
    /// Which commit is the newest.
    public let strategy: Strategy
    /// The branch; nothing means the default one.
    public let branch: String?
    /// For `SemVer` a range.
    public let constraint: String?
    /// Whether a version must have all three of its numbers.
    public let hasStrictVersions: Bool
    /// Which tags count.
    public let tags: TagFilter

    /// Branch heads or tags of a repository.
    public init(
        repository: String, strategy: Strategy = .newestFromBranch, branch: String? = nil, constraint: String? = nil,
        hasStrictVersions: Bool = true, tags: TagFilter = TagFilter()
    ) {
        self.repository = repository
        self.strategy = strategy
        self.branch = branch
        self.constraint = constraint
        self.hasStrictVersions = hasStrictVersions
        self.tags = tags
    }
}

/// Versions of a chart in an OCI registry.
public struct ChartSubscription: Hashable, Sendable {
    /// The repository, with `oci://`.
    public let repository: String
    /// A range of versions; nothing means every release.
    public let constraint: String?
    /// How many candidates are kept.
    public let discoveryLimit: Int

    /// Versions of a chart.
    public init(repository: String, constraint: String? = nil, discoveryLimit: Int = 20) {
        self.repository = repository
        self.constraint = constraint
        self.discoveryLimit = discoveryLimit
    }
}
