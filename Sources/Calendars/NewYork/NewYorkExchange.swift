import Time
public import TimeZones

/// The New York Stock Exchange by its rules and by the exceptions from them.
enum NewYorkExchange {
    static let version = "2026.3"
    static let years = 1990...2030
    static let publishedThrough = "2028-12-31"
    static let (open, close) = (TimeOfDay(9, 30), TimeOfDay(16, 0))
    static let extended = ExtendedHours(
        preOpen: TimeOfDay(4, 0), postClose: TimeOfDay(20, 0), postCloseOnEarlyCloses: TimeOfDay(17, 0),
        overnightOpen: TimeOfDay(21, 0), overnightClose: TimeOfDay(4, 0))

    /// The days of its sessions, in their order.
    static func days(in zone: ZoneRules) -> [TradingDay] {
        let closed = closedDates
        let special = hoursOfSpecialDates
        let weekdays = dates.filter { $0.weekday.rawValue <= Weekday.friday.rawValue }
        return weekdays.filter { !closed.contains($0) }.map { date in
            let hours = special[date]
            let session = TradingSession(
                date: date, open: zone.instant(of: date, hours?.open ?? open).earliest,
                close: zone.instant(of: date, hours?.close ?? close).latest,
                isEarlyClose: hours?.close != nil, isLateOpen: hours?.open != nil)
            return extended.around(session, regular: session.open..<session.close, in: zone)
        }
    }

    static var dates: [CivilDate] {
        let first = CivilDate(year: years.lowerBound, month: 1, day: 1)?.daysSinceEpoch ?? 0
        let last = CivilDate(year: years.upperBound, month: 12, day: 31)?.daysSinceEpoch ?? first
        return (first...last).map { CivilDate(daysSinceEpoch: $0) }
    }

    static var closedDates: Set<CivilDate> {
        let yearly = years.flatMap { year in holidays.compactMap { $0.observed(in: year) } }
        return Set(yearly + closings.compactMap { CivilDate(parsing: $0.date) })
    }

    private static var hoursOfSpecialDates: [CivilDate: (open: TimeOfDay?, close: TimeOfDay?)] {
        var hours: [CivilDate: (open: TimeOfDay?, close: TimeOfDay?)] = [:]
        for rule in earlyCloses {
            for day in rule.years.compactMap(rule.day.day) where rule.weekdays.contains(day.weekday) {
                hours[day] = (nil, rule.close)
            }
        }
        for day in specialHours {
            if let date = CivilDate(parsing: day.date) { hours[date] = (day.open, day.close) }
        }
        return hours
    }
}

extension ExchangeCalendar {
    /// The New York Stock Exchange, `XNYS`, from 1990 to 2030.
    public static func xnys(zone: ZoneRules) -> ExchangeCalendar {
        let dates = NewYorkExchange.dates
        let (first, last) = (dates[0], dates[dates.count - 1])
        // The calendar ends with a year, and nothing is traded on New Year's Eve for New Year's Day.
        return ExchangeCalendar(
            id: "XNYS", version: NewYorkExchange.version, zone: zone,
            coverage: zone.midnight(of: first)..<zone.midnight(of: last.adding(days: 1)), dates: first...last,
            publishedThrough: CivilDate(parsing: NewYorkExchange.publishedThrough), hours: NewYorkExchange.extended,
            days: NewYorkExchange.days(in: zone))
    }
}
