/// An image at one digest.
public struct ImageArtifact: Hashable, Sendable {
    /// The repository, as its subscription writes it.
    public let repository: String
    /// The tag that led to it.
    public let tag: String
    /// The digest, with its algorithm.
    public let digest: String
    /// The name of its subscription, if that has one.
    public let subscription: String?

    /// An image at one digest.
    public init(repository: String, tag: String, digest: String, subscription: String? = nil) {
        self.repository = repository
        self.tag = tag
        self.digest = digest
        self.subscription = subscription
    }
}

/// A commit of a git repository.
public struct CommitArtifact: Hashable, Sendable {
    /// The repository, as its subscription writes it.
    public let repository: String
    /// The commit's hash.
    public let id: String
    /// The branch that led to it.
    public let branch: String?
    /// The tag that led to it.
    public let tag: String?
    /// The name of its subscription, if that has one.
    public let subscription: String?

    /// A commit.
    public init(repository: String, id: String, branch: String? = nil, tag: String? = nil, subscription: String? = nil)
    {
        self.repository = repository
        self.id = id
        self.branch = branch
        self.tag = tag
        self.subscription = subscription
    }
}

/// A version of a Helm chart.
public struct ChartArtifact: Hashable, Sendable {
    /// The repository, as its subscription writes it.
    public let repository: String
    /// The chart's name in a classic repository; nothing for OCI.
    public let name: String?
    /// The version.
    public let version: String
    /// The name of its subscription, if that has one.
    public let subscription: String?

    /// A version of a chart.
    public init(repository: String, name: String? = nil, version: String, subscription: String? = nil) {
        self.repository = repository
        self.name = name
        self.version = version
        self.subscription = subscription
    }
}

/// What a Freight is made of.
public struct Artifacts: Hashable, Sendable {
    /// The images.
    public let images: [ImageArtifact]
    /// The commits.
    public let commits: [CommitArtifact]
    /// The charts.
    public let charts: [ChartArtifact]

    /// These artifacts together.
    public init(images: [ImageArtifact] = [], commits: [CommitArtifact] = [], charts: [ChartArtifact] = []) {
        self.images = images
        self.commits = commits
        self.charts = charts
    }
}
