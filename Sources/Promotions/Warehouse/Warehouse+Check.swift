extension Warehouse {
    /// Why artifacts are no Freight of a Warehouse.
    public struct Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
        /// Where, as Freight shows its artifacts: `images`, or `images[1].subscriptionName`.
        public let field: String
        /// One sentence for a person.
        public let description: String
    }

    /// What it asks for, for a person: each of its subscriptions.
    public var wanted: String { subscriptions.map { Item($0).description }.joined(separator: ", ") }

    /// Refuses artifacts, unless there is exactly one for each subscription.
    public func check(_ artifacts: Artifacts) throws(Mismatch) {
        let asked = subscriptions.map(Item.init)
        var open = asked
        for (place, item) in Item.all(of: artifacts) {
            if let index = open.firstIndex(where: item.matches) {
                open.remove(at: index)
            } else if asked.contains(where: item.matches) {
                throw Mismatch(field: place, description: "there is more than one \(item), and '\(name)' asks for one")
            } else if let other = (open + asked).first(where: item.differsInNameOnly(from:)) {
                let name = other.name.map { "is named '\($0)'" } ?? "has no name"
                throw Mismatch(
                    field: place + ".subscriptionName", description: "the subscription to \(item.repository) \(name)")
            } else {
                throw Mismatch(field: place, description: "no subscription of '\(name)' asks for \(item)")
            }
        }
        guard let missing = open.first else { return }
        throw Mismatch(field: missing.kind.rawValue, description: "there is no \(missing), which '\(name)' asks for")
    }
}

/// What a subscription asks for, or an artifact answers: two are held against one another, however they are written.
private struct Item: CustomStringConvertible {
    /// By the lists in which Freight shows its artifacts.
    enum Kind: String {
        case images, commits, charts
    }

    let kind: Kind
    /// As it was written.
    let repository: String
    /// As Kargo compares it.
    let normal: String
    let name: String?

    init(_ subscription: Subscription) {
        switch subscription.source {
        case .image(let image): self.init(image: image.repository, subscription.name)
        case .git(let git): self.init(commit: git.repository, subscription.name)
        case .chart(let chart): self.init(chart: chart.repository, nil, subscription.name)
        }
    }

    private init(image repository: String, _ name: String?) {
        self.init(.images, repository, RepositoryName.image(repository), name)
    }

    private init(commit repository: String, _ name: String?) {
        self.init(.commits, repository, RepositoryName.git(repository), name)
    }

    private init(chart repository: String, _ chart: String?, _ name: String?) {
        self.init(.charts, repository, RepositoryName.joined(RepositoryName.chart(repository), chart ?? ""), name)
    }

    private init(_ kind: Kind, _ repository: String, _ normal: String, _ name: String?) {
        self.kind = kind
        self.repository = repository
        self.normal = normal
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The artifacts, each with its place.
    static func all(of artifacts: Artifacts) -> [(place: String, item: Item)] {
        let items =
            artifacts.images.enumerated().map { ($0, Item(image: $1.repository, $1.subscription)) }
            + artifacts.commits.enumerated().map { ($0, Item(commit: $1.repository, $1.subscription)) }
            + artifacts.charts.enumerated().map { ($0, Item(chart: $1.repository, $1.name, $1.subscription)) }
        return items.map { index, item in ("\(item.kind.rawValue)[\(index)]", item) }
    }

    var description: String {
        let noun =
            switch kind {
            case .images: "image"
            case .commits: "commit"
            case .charts: "chart"
            }
        return "\(noun) of \(repository)" + (name.map { " for the subscription '\($0)'" } ?? "")
    }

    func matches(_ other: Item) -> Bool { isOfSamePlace(as: other) && name == other.name }

    func differsInNameOnly(from other: Item) -> Bool { isOfSamePlace(as: other) && name != other.name }

    private func isOfSamePlace(as other: Item) -> Bool { kind == other.kind && normal == other.normal }
}
