import Crypto

/// One step from an older schema to a newer one.
public struct Migration: Sendable {
    /// Its place in the order, from 1.
    public let number: Int
    /// Its file's name without number and ending.
    public let name: String
    /// Its SQL.
    public let sql: String

    /// What tells whether an applied migration is still the same.
    public var checksum: [UInt8] { SHA256.hash(sql) }

    /// A migration from its file `NNNN_name.sql`.
    public init?(file: String, sql: String) {
        let stem = file.prefix { $0 != "." }
        guard stem.count > 5, let number = Int(stem.prefix(4)), stem.dropFirst(4).first == "_" else { return nil }
        self.number = number
        name = String(stem.dropFirst(5))
        self.sql = sql
    }

    /// The migrations that came with this program, in order.
    public static let embedded: [Migration] = embeddedFiles.compactMap { Migration(file: $0.name, sql: $0.text) }
        .sorted { $0.number < $1.number }
}
