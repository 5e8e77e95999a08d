public import Time

/// Which days a window recurs on: an RRULE of RFC 5545, as far as it speaks of days. Weeks begin on Monday.
public struct RecurrenceRule: Hashable, Sendable {
    /// The period that the rule repeats in.
    public enum Frequency: String, CaseIterable, Sendable {
        /// Each day by itself.
        case daily = "DAILY"
        /// Monday to Sunday.
        case weekly = "WEEKLY"
        /// The months of the calendar.
        case monthly = "MONTHLY"
        /// The years of the calendar.
        case yearly = "YEARLY"
    }

    /// A day of the week, each of them or the one with that number in its month or year.
    public struct Day: Hashable, Sendable {
        /// Which one: 1 is the first, -1 the last; each of them where there is no number.
        public let ordinal: Int?
        /// The day of the week.
        public let weekday: Weekday
    }

    /// When a rule ends.
    public enum Until: Hashable, Sendable {
        /// With this day, in the window's zone.
        case date(CivilDate)
        /// With the last occurrence that starts at this instant or before it.
        case instant(Instant)
    }

    /// The period that the rule repeats in.
    public let frequency: Frequency
    /// Every how many periods, from the one that holds `from`.
    public let interval: Int
    /// When the rule ends; never where nothing is said.
    public let until: Until?
    /// The months it is limited to, 1 to 12; all where there are none.
    public let months: [Int]
    /// The days of the month it names, from 1, or from -1 for the last one backwards.
    public let monthDays: [Int]
    /// The days of the week it names.
    public let days: [Day]
    /// Which of the days of a period are meant: 1 is the first, -1 the last; all where there are none.
    public let positions: [Int]
    /// The first day it can name, and the one that intervals are counted from.
    public let from: CivilDate?

    /// The rule as RFC 5545 writes it, its parts in one order and its lists sorted; `from` is not a part of it.
    public var text: String {
        func list(_ name: String, _ values: [String]) -> [String] {
            values.isEmpty ? [] : ["\(name)=" + values.joined(separator: ",")]
        }
        var parts = ["FREQ=\(frequency.rawValue)"]
        if interval > 1 { parts.append("INTERVAL=\(interval)") }
        parts += list("BYMONTH", months.map(String.init))
        parts += list("BYMONTHDAY", monthDays.map(String.init))
        parts += list("BYDAY", days.map(\.text))
        parts += list("BYSETPOS", positions.map(String.init))
        if let until { parts.append("UNTIL=\(until.text)") }
        return parts.joined(separator: ";")
    }

    /// The last day that an occurrence can start on, in whatever zone.
    var lastDate: CivilDate? {
        switch until {
        case nil: nil
        case .date(let date): date
        case .instant(let instant):
            CivilDate(daysSinceEpoch: LocalTime(instant, offset: 0).date.daysSinceEpoch + 1)
        }
    }
}

extension RecurrenceRule.Day {
    var text: String { (ordinal.map(String.init) ?? "") + weekday.code }
}

extension RecurrenceRule.Until {
    fileprivate var text: String {
        let written =
            switch self {
            case .date(let date): date.written
            case .instant(let instant): instant.text
            }
        return written.filter { $0 != "-" && $0 != ":" }
    }
}
