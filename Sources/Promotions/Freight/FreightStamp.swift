public import Time

/// Which Freight it is, and which of two is older.
public struct FreightStamp: Hashable, Comparable, Sendable {
    /// The Freight's name.
    public let id: String
    /// The Warehouse that it comes from.
    public let warehouse: String
    /// When it was made.
    public let discoveredAt: Instant

    /// Freight of that name.
    public init(id: String, warehouse: String, discoveredAt: Instant) {
        self.id = id
        self.warehouse = warehouse
        self.discoveredAt = discoveredAt
    }

    /// Older is smaller; of two that were made at once the name decides, as in Kargo.
    public static func < (left: FreightStamp, right: FreightStamp) -> Bool {
        (left.discoveredAt, left.id, left.warehouse) < (right.discoveredAt, right.id, right.warehouse)
    }
}

extension Freight {
    /// Which it is, and how old.
    public var stamp: FreightStamp { FreightStamp(id: id, warehouse: warehouse, discoveredAt: discoveredAt) }
}
