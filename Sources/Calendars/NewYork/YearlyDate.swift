import Time

/// A day that returns every year.
enum YearlyDate: Sendable {
    /// A day of a month.
    case fixed(month: Int, day: Int)
    /// The first, second, … of a weekday in a month.
    case weekday(Weekday, number: Int, month: Int)
    /// The last of a weekday in a month.
    case last(Weekday, month: Int)
    /// Easter Sunday.
    case easter
    /// So many days after another one.
    indirect case days(Int, after: YearlyDate)

    /// The day in a year; nothing if that year has none.
    func day(in year: Int) -> CivilDate? {
        switch self {
        case .fixed(let month, let day): CivilDate(year: year, month: month, day: day)
        case .weekday(let weekday, let number, let month):
            CivilDate(year: year, month: month, day: 1).map { $0.next(weekday).adding(days: 7 * (number - 1)) }
        case .last(let weekday, let month):
            // The first one in the week that ends with the month.
            CivilDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
                .map { $0.adding(days: -7).next(weekday) }
        case .easter: Self.easter(of: year)
        case .days(let count, let other): other.day(in: year)?.adding(days: count)
        }
    }

    /// Easter Sunday of the Gregorian calendar (the anonymous computus of 1876).
    private static func easter(of year: Int) -> CivilDate? {
        let golden = year % 19
        let (century, yearOfCentury) = year.quotientAndRemainder(dividingBy: 100)
        let moonCorrection = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * golden + century - century / 4 - moonCorrection + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
        let late = (golden + 11 * epact + 22 * weekday) / 451
        let dayOfMarch = epact + weekday - 7 * late + 22
        return CivilDate(year: year, month: 3, day: 1)?.adding(days: dayOfMarch - 1)
    }
}

extension CivilDate {
    /// The first such weekday on this day or later.
    func next(_ weekday: Weekday) -> CivilDate {
        adding(days: (weekday.rawValue - self.weekday.rawValue + 7) % 7)
    }
}
