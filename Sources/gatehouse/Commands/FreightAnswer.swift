import JSON

/// Freight, as a server tells of it.
struct FreightAnswer {
    /// The kinds of artifacts, and the lists that they stand in.
    static let kinds = [("image", "images"), ("commit", "commits"), ("chart", "charts")]

    /// What was answered.
    let document: JSONValue

    /// The versions of its artifacts, each once: images of one build usually have one tag.
    var versions: [String] {
        var versions: [String] = []
        for artifact in Self.kinds.flatMap({ document[$0.1]?.array ?? [] }) {
            guard let version = (artifact["tag"] ?? artifact["version"] ?? artifact["id"])?.string,
                !versions.contains(version)
            else { continue }
            versions.append(version)
        }
        return versions
    }
}
