import Calendars
import TimeZones

/// The calendars that the program knows by rule.
public enum BuiltInCalendars {
    /// Their names.
    public static var names: Set<String> { Set(all.keys) }

    /// How to make one.
    struct Maker: Sendable {
        let timeZone: String
        let make: @Sendable (ZoneRules) -> ExchangeCalendar
    }

    /// By their names.
    static let all: [String: Maker] = [
        "XNYS": Maker(timeZone: "America/New_York", make: { ExchangeCalendar.xnys(zone: $0) })
    ]
}
