import Synchronization

/// A statement that each connection prepares at its first use. Keep it in a `static let`.
public final class Statement: Sendable {
    private static let counter = Atomic<UInt64>(0)

    /// The text, with `$1`, `$2`, … for parameters.
    public let sql: String
    /// Unlike an address, never given to another statement after this one is gone.
    let id: UInt64
    let name: String

    /// A statement with that text.
    public init(_ sql: String) {
        self.sql = sql
        id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        name = "s\(id)"
    }
}
