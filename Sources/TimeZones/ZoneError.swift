/// Why there are no rules for a zone.
public enum ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No zone has that name; the advice says what to write.
    case unknown(name: String, advice: String)
    /// It is a second name of a zone, and each zone has one here.
    case otherName(name: String, of: String)
    /// The rules of a zone that exists cannot be read: not the mistake of whoever named it.
    case unreadable(name: String, reason: String)

    /// What happened and what to write, in a sentence.
    public var description: String {
        switch self {
        case .unknown(let name, let advice): "'\(name.prefix(64))' is no time zone: \(advice)"
        case .otherName(let name, let canonical) where canonical.hasPrefix("Etc/GMT"):
            "'\(name)' is another name of \(canonical), which has no summer time: write \(canonical), or for a place "
                + "its own zone, such as America/New_York"
        case .otherName(let name, let canonical): "'\(name)' is another name of \(canonical): write \(canonical)"
        case .unreadable(let name, let reason): "the rules of \(name) cannot be read: \(reason)"
        }
    }
}
