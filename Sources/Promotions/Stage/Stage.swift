public import Time

/// Freight of one Warehouse that a Stage takes in, and from where.
public struct FreightRequest: Hashable, Sendable {
    /// How many of the Stages before must have verified it.
    public enum Strategy: String, CaseIterable, Sendable {
        /// One.
        case oneOf = "OneOf"
        /// All.
        case all = "All"
    }

    /// Which Freight is promoted by itself.
    public enum Selection: String, CaseIterable, Sendable {
        /// The newest that is available.
        case newest = "NewestFreight"
        /// What is current in the Stage before.
        case matchUpstream = "MatchUpstream"
    }

    /// The Warehouse.
    public let warehouse: String
    /// Whether it is taken straight from there.
    public let isDirect: Bool
    /// The Stages that it is taken from.
    public let upstream: [String]
    /// How long it must have been in one of them.
    public let soak: TimeSpan?
    /// How many of them must have verified it.
    public let strategy: Strategy
    /// Which Freight is promoted by itself.
    public let selection: Selection

    /// Freight of that Warehouse.
    public init(
        warehouse: String, isDirect: Bool = false, upstream: [String] = [], soak: TimeSpan? = nil,
        strategy: Strategy = .oneOf, selection: Selection = .newest
    ) {
        self.warehouse = warehouse
        self.isDirect = isDirect
        self.upstream = upstream
        self.soak = soak
        self.strategy = strategy
        self.selection = selection
    }
}

/// Where Freight goes.
public struct Stage: Hashable, Sendable {
    /// Its name, unique in the project.
    public let name: String
    /// What it takes in, at most one request for each Warehouse.
    public let requests: [FreightRequest]
    /// Whether Freight is promoted into it without anybody asking.
    public let isAutoPromoted: Bool

    /// A Stage of that name.
    public init(name: String, requests: [FreightRequest], isAutoPromoted: Bool = false) {
        self.name = name
        self.requests = requests
        self.isAutoPromoted = isAutoPromoted
    }

    /// What it takes in of a Warehouse.
    public func request(for warehouse: String) -> FreightRequest? {
        requests.first { $0.warehouse == warehouse }
    }
}
