import Crypto

/// The name that Kargo gives to Freight: both systems call one thing by one name.
///
/// It is made of the Warehouse and of what identifies each artifact; branches, messages and aliases are no part of it,
/// and neither is the project.
public enum FreightID {
    /// The name of these artifacts as Freight of a Warehouse: 40 hexadecimal digits.
    public static func make(warehouse: String, artifacts: Artifacts) -> String {
        let parts =
            artifacts.images.map(\.identity) + artifacts.commits.map(\.identity) + artifacts.charts.map(\.identity)
        // By their bytes, as Go compares; Swift's own order of texts is another one.
        let sorted = parts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Hex.encode(SHA1.hash("Warehouse/\(warehouse):" + sorted.joined(separator: "|")))
    }

    /// Whether a text has the form of such a name.
    public static func isID(_ text: String) -> Bool {
        text.utf8.count == 2 * SHA1.byteCount && text.utf8.allSatisfy(isHexDigit)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension ImageArtifact {
    /// The repository stands in it as it was written.
    fileprivate var identity: String { "\(repository):\(tag)@\(digest)" + suffix(of: subscription) }
}

extension CommitArtifact {
    fileprivate var identity: String {
        let repository = RepositoryName.git(repository)
        let version = tag.flatMap { $0.isEmpty ? nil : "\($0):\(id)" } ?? id
        return "\(repository):\(version)" + suffix(of: subscription)
    }
}

extension ChartArtifact {
    fileprivate var identity: String {
        let repository = RepositoryName.chart(repository)
        return "\(RepositoryName.joined(repository, name ?? "")):\(version)" + suffix(of: subscription)
    }
}

private func suffix(of subscription: String?) -> String {
    guard let subscription, !subscription.isEmpty else { return "" }
    return ":" + subscription
}
