import Time

/// A day on which the exchange closes early every year, if it falls on one of these weekdays.
struct EarlyClose: Sendable {
    let name: String
    let day: YearlyDate
    let weekdays: Set<Weekday>
    let years: ClosedRange<Int>
    let close: TimeOfDay
}

/// Hours that the exchange kept on one day.
struct SpecialHours: Sendable {
    let date: String
    var open: TimeOfDay?
    var close: TimeOfDay?
    let why: String
}

extension NewYorkExchange {
    /// The day before a holiday, or after it. Until 2012 the half day of a Thursday's July 4 was the Friday.
    static let earlyCloses = [
        EarlyClose(
            name: "day after Thanksgiving", day: afterThanksgiving, weekdays: [.friday], years: 1992...1992,
            close: TimeOfDay(14, 0)),
        EarlyClose(
            name: "day after Thanksgiving", day: afterThanksgiving, weekdays: [.friday], years: 1993...years.upperBound,
            close: TimeOfDay(13, 0)),
        EarlyClose(
            name: "Christmas Eve", day: .fixed(month: 12, day: 24), weekdays: mondayToThursday, years: 1990...1992,
            close: TimeOfDay(14, 0)),
        EarlyClose(
            name: "Christmas Eve", day: .fixed(month: 12, day: 24), weekdays: mondayToThursday,
            years: 1993...years.upperBound, close: TimeOfDay(13, 0)),
        EarlyClose(
            name: "day before Independence Day", day: .fixed(month: 7, day: 3),
            weekdays: [.monday, .tuesday, .thursday], years: 1995...years.upperBound, close: TimeOfDay(13, 0)),
        EarlyClose(
            name: "day before Independence Day", day: .fixed(month: 7, day: 3), weekdays: [.wednesday],
            years: 2013...years.upperBound, close: TimeOfDay(13, 0)),
        EarlyClose(
            name: "day after Independence Day", day: .fixed(month: 7, day: 5), weekdays: [.friday], years: 1995...2012,
            close: TimeOfDay(13, 0)),
    ]

    /// Days with hours of their own, by the exchange's list of special closings. Other public calendars differ on some.
    static let specialHours = [
        SpecialHours(date: "1990-12-27", open: TimeOfDay(11, 0), why: "a transformer exploded"),
        SpecialHours(date: "1991-01-17", open: TimeOfDay(9, 31), why: "a minute of silence"),
        SpecialHours(date: "1991-02-25", open: TimeOfDay(9, 31), why: "a minute of silence"),
        SpecialHours(date: "1994-02-11", close: TimeOfDay(14, 30), why: "snow"),
        SpecialHours(date: "1995-12-18", open: TimeOfDay(10, 30), why: "a computer failed"),
        SpecialHours(date: "1996-01-08", open: TimeOfDay(11, 0), close: TimeOfDay(14, 0), why: "snow"),
        SpecialHours(date: "1997-10-27", close: TimeOfDay(15, 30), why: "prices fell to the circuit breaker"),
        SpecialHours(date: "1997-12-26", close: TimeOfDay(13, 0), why: "day after Christmas"),
        SpecialHours(date: "1999-12-31", close: TimeOfDay(13, 0), why: "eve of the year 2000"),
        SpecialHours(date: "2001-09-17", open: TimeOfDay(9, 33), why: "silence for the dead of September 11"),
        SpecialHours(date: "2001-10-08", open: TimeOfDay(9, 31), why: "a minute of silence"),
        SpecialHours(date: "2002-09-11", open: TimeOfDay(12, 0), why: "remembrance of September 11"),
        SpecialHours(date: "2003-03-20", open: TimeOfDay(9, 32), why: "two minutes of silence"),
        SpecialHours(date: "2003-12-26", close: TimeOfDay(13, 0), why: "day after Christmas"),
        SpecialHours(date: "2004-06-07", open: TimeOfDay(9, 32), why: "two minutes of silence"),
        SpecialHours(date: "2005-06-01", close: TimeOfDay(15, 56), why: "systems failed"),
        SpecialHours(date: "2006-12-27", open: TimeOfDay(9, 32), why: "two minutes of silence"),
    ]

    private static let afterThanksgiving = YearlyDate.days(1, after: .weekday(.thursday, number: 4, month: 11))
    private static let mondayToThursday: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday]
}
