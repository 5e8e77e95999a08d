import JSON

extension JSONValue {
    /// A change between two revisions in one line: whether it loosens, where it is, and its values.
    var changeOfManifests: String {
        let (from, to) = (self["from"]?.line, self["to"]?.line)
        let values =
            switch (from, to) {
            case (let from?, let to?): "\(from) → \(to)"
            case (nil, let to?): "+ \(to)"
            case (let from?, nil): "- \(from)"
            case (nil, nil): ""
            }
        let effect = self["effect"]?.string ?? ""
        let padding = String(repeating: " ", count: max(0, 9 - effect.utf8.count))
        return "\(effect)\(padding)  \(self["path"]?.string ?? "")  \(values)"
    }
}
