import ICU
public import Time

/// Reads the rules of zones from ICU.
public enum Zones {
    /// What is read of a zone: all that the service can be asked about, and room beside it.
    public static let coverage: Range<Instant> =
        Instant(microseconds: start * 1_000_000)..<Instant(microseconds: end * 1_000_000)
    /// 1900-01-01T00:00:00Z
    private static let start: Int64 = -2_208_988_800
    /// 2101-01-01T00:00:00Z
    private static let end: Int64 = 4_133_980_800

    /// The version of the rules, such as "2022e"; nothing if ICU cannot read its data.
    public static var version: String? { ICU.tzdataVersion() }

    /// The rules of the zone with that name; names are taken as tzdata writes them, and no other way.
    public static func read(_ id: String) throws(ZoneError) -> ZoneRules {
        let name = try ZoneName.canonical(id)
        do {
            let periods = try ZoneReader.periods(of: name, from: start, until: end)
            guard let first = periods.first else {
                throw ZoneError.unreadable(name: id, reason: "the Unicode library has none")
            }
            return ZoneRules(
                id: id, coverage: coverage, initialOffset: first.offset, initialAbbreviation: first.abbreviation,
                transitions: periods.dropFirst().map { period in
                    ZoneRules.Transition(
                        at: Instant(microseconds: period.start * 1_000_000), offset: period.offset,
                        abbreviation: period.abbreviation)
                })
        } catch let error as ZoneError {
            throw error
        } catch {
            throw .unreadable(name: id, reason: "\(error)")
        }
    }
}
