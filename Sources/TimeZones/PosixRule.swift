import Time

/// What clocks do from some time on for ever: the last line of a time zone file, such as `EST5EDT,M3.2.0,M11.1.0`.
struct PosixRule: Hashable, Sendable {
    /// The days of a year on which clocks may be set.
    enum Day: Hashable, Sendable {
        /// The nth, from 1, as if no year had a 29th of February.
        case withoutLeapDay(Int)
        /// The nth, from 0.
        case number(Int)
        /// The nth such weekday of a month; the fifth is the last. 0 is Sunday.
        case weekday(Int, week: Int, month: Int)
    }

    /// When clocks are set, by themselves.
    struct Turn: Hashable, Sendable {
        let day: Day
        /// Seconds after the day's midnight, from a week before to a week after.
        let time: Int
    }

    /// The other time of the year.
    struct Summer: Hashable, Sendable {
        let offset: Int
        let start: Turn
        let end: Turn
    }

    /// Seconds ahead of UTC.
    let offset: Int
    let summer: Summer?

    func offset(at second: Int64) -> Int {
        guard summer != nil else { return offset }
        // A week's turn may reach over New Year; the turns of the year before lie before everything of this one.
        let year = Self.year(of: second)
        return changes(in: (year - 1)...(year + 1)).last { $0.at <= second }?.offset ?? offset
    }

    func changes(from start: Instant, until end: Instant) -> [TZif.Change] {
        let first = Self.year(of: start.microseconds / 1_000_000)
        let last = Self.year(of: end.microseconds / 1_000_000)
        return changes(in: (first - 1)...(last + 1))
    }

    private func changes(in years: ClosedRange<Int>) -> [TZif.Change] {
        guard let summer else { return [] }
        let changes = years.flatMap { year -> [TZif.Change] in
            guard let start = summer.start.day.number(in: year), let end = summer.end.day.number(in: year) else {
                return []
            }
            return [
                TZif.Change(at: Int64(start) * 86_400 + Int64(summer.start.time - offset), offset: summer.offset),
                TZif.Change(at: Int64(end) * 86_400 + Int64(summer.end.time - summer.offset), offset: offset),
            ]
        }
        // Summer all year is written as one that ends when the next begins: then the beginning counts.
        return changes.sorted { ($0.at, $0.offset == offset ? 0 : 1) < ($1.at, $1.offset == offset ? 0 : 1) }
    }

    private static func year(of second: Int64) -> Int {
        CivilDate(daysSinceEpoch: Int(second / 86_400)).year
    }
}

extension PosixRule.Day {
    /// The day as days since 1970; nothing outside the calendar's years.
    func number(in year: Int) -> Int? {
        guard let first = CivilDate(year: year, month: 1, day: 1)?.daysSinceEpoch else { return nil }
        switch self {
        case .number(let day): return first + day
        case .withoutLeapDay(let day):
            let isLeap = CivilDate(year: year, month: 2, day: 29) != nil
            return first + day - (isLeap && day >= 60 ? 0 : 1)
        case .weekday(let weekday, let week, let month):
            guard let start = CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch,
                let next = CivilDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)?.daysSinceEpoch
            else { return nil }
            // 1970-01-01 was a Thursday.
            let weekdayOfFirst = ((start + 4) % 7 + 7) % 7
            let day = start + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
            return day < next ? day : day - 7
        }
    }
}
