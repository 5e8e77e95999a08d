public import Calendars
public import TimeZones

/// The calendars that the program knows by rule.
public enum BuiltInCalendars {
    /// How to make one.
    public struct Maker: Sendable {
        let timeZone: String
        let make: @Sendable (ZoneRules) -> ExchangeCalendar
    }

    /// By their names.
    public static let all: [String: Maker] = [
        "XNYS": Maker(timeZone: "America/New_York", make: { ExchangeCalendar.xnys(zone: $0) })
    ]
}
