public import Time

/// An instant at which two sources of one zone's rules show different clocks.
public struct Disagreement: Hashable, Sendable {
    /// The first such instant.
    public let at: Instant
    /// Seconds ahead of UTC by the rules that the service uses.
    public let offset: Int
    /// Seconds ahead of UTC by the system's file.
    public let systemOffset: Int
}

extension ZoneRules {
    /// How far from now the rules are compared: a zone is judged by what is asked of it, not by its history.
    private static let reach = TimeSpan.days(731)

    /// The first difference from the system's file within two years before and after an instant.
    ///
    /// Asked is wherever either of them changes, a second before and after, and once a day.
    public func firstDisagreement(with file: TZif, around instant: Instant) -> Disagreement? {
        let start = max(instant - Self.reach, coverage.lowerBound)
        let end = min(instant + Self.reach, coverage.upperBound)
        guard start < end else { return nil }
        let changes = transitions.map(\.at).filter { start <= $0 && $0 < end } + file.changes(in: start..<end)
        var instants = changes.flatMap { [$0 - .seconds(1), $0, $0 + .seconds(1)] }
        instants += stride(from: start.microseconds, to: end.microseconds, by: 86_400_000_000).map {
            Instant(microseconds: $0)
        }
        for instant in instants.sorted() where offset(at: instant) != file.offset(at: instant) {
            return Disagreement(at: instant, offset: offset(at: instant), systemOffset: file.offset(at: instant))
        }
        return nil
    }
}
