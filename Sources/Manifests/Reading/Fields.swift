import YAML

/// The fields of a mapping that may have certain names; others are refused at once, or told.
struct Fields {
    /// What becomes of fields that nobody knows.
    enum Others {
        /// A mistake.
        case refused
        /// Kargo's kinds grow faster than Gatehouse knows them, and what has no value is not there.
        case told
    }

    /// The mapping's own place.
    let place: Place
    /// Whether there was a field that nobody knows: what seems to be missing may stand there.
    var hasUnknown: Bool { unknown > 0 }
    private var unknown = 0
    private var values: [String: Value] = [:]
    private var keys: [(name: String, place: Place)] = []
    /// What a field that nobody knows may have been meant for.
    private(set) var suspected: Set<String> = []

    /// The fields of a mapping; nothing where it is none.
    init?(_ value: Value, named known: [String], others: Others = .refused, _ findings: inout Findings) {
        place = value.place
        guard let members = value.members else {
            findings.refuse(
                value.place, "must be a mapping, not \(value.noun)",
                hint: "its fields are: " + known.joined(separator: ", "))
            return nil
        }
        for (name, key, value) in members {
            if known.contains(name) {
                guard others == .refused || value.scalar != .null else { continue }
                values[name] = value
                keys.append((name, key))
            } else if others == .told {
                findings.warn(
                    key, "Kargo has no field \(quoted(name)) here: it is ignored",
                    hint: nearest(to: name, among: known).map { "did you mean '\($0)'?" })
            } else {
                findings.refuse(
                    key, "there is no field \(quoted(name)) here", hint: suggestion(for: name, among: known))
                // Only for so many as are told: somebody could send a hundred thousand.
                unknown += 1
                guard unknown <= ManifestErrors.limit else { continue }
                if let meant = nearest(to: name, among: known) { suspected.insert(meant) }
            }
        }
    }

    /// The field of that name, if it is there.
    subscript(name: String) -> Value? { values[name] }

    /// Where the field of that name stands; where it is not there, what should have it.
    func place(of name: String) -> Place { values[name]?.place ?? place.field(name) }

    /// The fields with one of these names, in the order written, with where their names stand.
    func written(among names: [String]) -> [(name: String, place: Place)] {
        keys.filter { names.contains($0.name) }
    }

    /// The field of that name, which must be there.
    func required(_ name: String, hint: String? = nil, _ findings: inout Findings) -> Value? {
        if let value = values[name] { return value }
        // A misspelt name has been told as such.
        if !suspected.contains(name) { findings.refuse(place.field(name), "'\(name)' is missing", hint: hint) }
        return nil
    }
}
