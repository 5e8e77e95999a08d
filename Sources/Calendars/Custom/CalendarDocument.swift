public import Time
public import TimeZones

/// A calendar as somebody wrote it: kept as it was said, and made into an `ExchangeCalendar` once its zone is known.
public struct CalendarDocument: Sendable {
    /// How many sessions a calendar may have: more than 150 years.
    public static let maximumSessions = 40_000

    /// Which issue of the calendar this is.
    public let version: String
    /// The name of the market's time zone.
    public let timeZone: String
    /// The trade dates that are covered.
    public let dates: ClosedRange<CivilDate>
    /// The last date that the exchange has published; nothing if all are published.
    public let publishedThrough: CivilDate?
    let hours: Hours

    /// In which of two ways the hours are said.
    enum Hours: Sendable {
        /// Each session by itself.
        case sessions([ListedSession])
        /// The usual weeks, and what differs from them.
        case weekly(WeeklyHours)
    }

    init(
        version: String, timeZone: String, dates: ClosedRange<CivilDate>, publishedThrough: CivilDate?, hours: Hours
    ) {
        self.version = version
        self.timeZone = timeZone
        self.dates = dates
        self.publishedThrough = publishedThrough
        self.hours = hours
    }

    /// The calendar, if its hours are possible in this zone.
    public func calendar(id: String, zone: ZoneRules) throws(CalendarError) -> ExchangeCalendar {
        guard zone.id == timeZone else {
            throw CalendarError(field: "timeZone", "the zone '\(timeZone)' is not '\(zone.id)'")
        }
        // Sessions lie within a day of their dates.
        let (first, last) = (dates.lowerBound.adding(days: -2), dates.upperBound.adding(days: 3))
        guard zone.coverage.contains(zone.midnight(of: first)), zone.coverage.contains(zone.midnight(of: last)) else {
            throw CalendarError(field: "to", "the clocks of '\(timeZone)' are not known for all these dates")
        }
        let days =
            switch hours {
            case .sessions(let sessions): try sessions.days(in: zone)
            case .weekly(let weekly): try weekly.days(dates, in: zone)
            }
        guard !days.isEmpty else { throw CalendarError(field: "to", "there is no session in these dates") }
        return ExchangeCalendar(
            id: id, version: version, zone: zone, coverage: try coverage(of: days, in: zone), dates: dates,
            publishedThrough: publishedThrough, hours: nil, days: days)
    }

    /// Where sessions open on the previous date, that of the date after the last may: so much of the last is not known.
    /// Where they close on the next date, it is the same with the first.
    private func coverage(of days: [TradingDay], in zone: ZoneRules) throws(CalendarError) -> Range<Instant> {
        var (lead, tail) = (TimeSpan.seconds(0), TimeSpan.seconds(0))
        for day in days {
            lead = max(lead, zone.midnight(of: day.session.date) - day.session.open)
            tail = max(tail, day.session.close - zone.midnight(of: day.session.date.adding(days: 1)))
        }
        let start = zone.midnight(of: dates.lowerBound) + tail
        let end = zone.midnight(of: dates.upperBound.adding(days: 1)) - lead
        guard start < end else { throw CalendarError(field: "to", "the dates are too few to know any instant") }
        return start..<end
    }
}
