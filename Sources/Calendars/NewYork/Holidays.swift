import Time

/// A day on which the exchange is closed every year.
struct Holiday: Sendable {
    /// Where a holiday that falls on a weekend is kept.
    enum Observance: Sendable {
        /// It never falls on one.
        case asItFalls
        /// A Sunday's on Monday, a Saturday's not at all.
        case mondayAfterSunday
        /// A Sunday's on Monday, a Saturday's on Friday.
        case nearestWeekday
    }

    let name: String
    let day: YearlyDate
    var observance = Observance.asItFalls
    /// The first year that the exchange kept it; nothing if before anything covered here.
    var since: Int?

    /// The day on which the exchange is closed for it in a year. It may be a Saturday, when nothing is traded anyway.
    func observed(in year: Int) -> CivilDate? {
        guard since.map({ $0 <= year }) ?? true, let day = day.day(in: year) else { return nil }
        return switch (observance, day.weekday) {
        case (.mondayAfterSunday, .sunday), (.nearestWeekday, .sunday): day.adding(days: 1)
        case (.nearestWeekday, .saturday): day.adding(days: -1)
        default: day
        }
    }
}

extension NewYorkExchange {
    /// The exchange's Rule 7.2. New Year's Day on a Saturday is not moved: the Friday ends an accounting period.
    static let holidays = [
        Holiday(name: "New Year's Day", day: .fixed(month: 1, day: 1), observance: .mondayAfterSunday),
        Holiday(name: "Martin Luther King, Jr. Day", day: .weekday(.monday, number: 3, month: 1), since: 1998),
        Holiday(name: "Washington's Birthday", day: .weekday(.monday, number: 3, month: 2), since: 1971),
        Holiday(name: "Good Friday", day: .days(-2, after: .easter)),
        Holiday(name: "Memorial Day", day: .last(.monday, month: 5), since: 1971),
        Holiday(name: "Juneteenth", day: .fixed(month: 6, day: 19), observance: .nearestWeekday, since: 2022),
        Holiday(name: "Independence Day", day: .fixed(month: 7, day: 4), observance: .nearestWeekday),
        Holiday(name: "Labor Day", day: .weekday(.monday, number: 1, month: 9)),
        Holiday(name: "Thanksgiving Day", day: .weekday(.thursday, number: 4, month: 11), since: 1942),
        Holiday(name: "Christmas Day", day: .fixed(month: 12, day: 25), observance: .nearestWeekday),
    ]

    /// Days on which it was closed once.
    static let closings: [(date: String, why: String)] = [
        ("1994-04-27", "funeral of President Nixon"),
        ("2001-09-11", "attack on the World Trade Center"),
        ("2001-09-12", "attack on the World Trade Center"),
        ("2001-09-13", "attack on the World Trade Center"),
        ("2001-09-14", "attack on the World Trade Center"),
        ("2004-06-11", "funeral of President Reagan"),
        ("2007-01-02", "mourning for President Ford"),
        ("2012-10-29", "Hurricane Sandy"),
        ("2012-10-30", "Hurricane Sandy"),
        ("2018-12-05", "mourning for President George H. W. Bush"),
        ("2025-01-09", "mourning for President Carter"),
    ]
}
