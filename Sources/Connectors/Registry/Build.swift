internal import JSON
public import Time

/// What is known of an image at one digest.
public struct Build: Hashable, Sendable {
    /// The digest that the tag stands for: an index's, where there is one.
    public let digest: ContentDigest
    /// Whether there is an image of the platform that was asked for.
    public let isForPlatform: Bool
    /// When it was built, as far as it says.
    public let created: Instant?
    /// The commit it was built from, if it says so (`org.opencontainers.image.revision`).
    public let revision: String?

    /// What is known of an image.
    public init(digest: ContentDigest, isForPlatform: Bool, created: Instant? = nil, revision: String? = nil) {
        self.digest = digest
        self.isForPlatform = isForPlatform
        self.created = created
        self.revision = revision
    }
}

/// An image's configuration: what it runs on, and what it says of itself.
struct ImageConfiguration {
    let platform: Platform?
    let created: String?
    let labels: [String: String]

    /// Reads a configuration; what is none has no platform.
    init(_ bytes: [UInt8]) {
        let document = (try? JSONValue(parsing: bytes)) ?? .null
        if let system = document["os"]?.string, let architecture = document["architecture"]?.string {
            platform = Platform(system: system, architecture: architecture, variant: document["variant"]?.string)
        } else {
            platform = nil
        }
        created = document["created"]?.string
        labels = Manifest.texts(document["config"]?["Labels"])
    }
}

/// What an image's annotations and labels say, gathered from the index down to the configuration.
struct Sayings {
    private static let dates = ["org.opencontainers.image.created", "org.label-schema.build-date"]

    private(set) var created: Instant?
    private(set) var revision: String?

    /// The latest date counts, and the revision that stands nearest to the image.
    mutating func add(_ annotations: [String: String]) {
        for name in Self.dates { add(date: annotations[name]) }
        if let text = annotations["org.opencontainers.image.revision"], !text.isEmpty, text.utf8.count <= 200 {
            revision = text
        }
    }

    /// A date that cannot be read says nothing.
    mutating func add(date text: String?) {
        guard let text, let date = try? Instant(parsing: text) else { return }
        created = created.map { max($0, date) } ?? date
    }
}
