import Time

/// The exchange a second time, written apart: a chain of conditions on one day, and nothing shared but the dates.
enum NaiveNewYork {
    /// One day in minutes since its midnight; nothing where the exchange is closed.
    struct Day: Equatable {
        var open = 570
        var close = 960
        var isEarly: Bool { close < 960 }
    }

    static func day(_ date: CivilDate) -> Day? {
        let (y, m, d) = (date.year, date.month, date.day)
        // 0 is Sunday; 1970-01-01 was a Thursday.
        let w = (((date.daysSinceEpoch + 4) % 7) + 7) % 7
        if w == 0 || w == 6 || isHoliday(y, m, d, w, date) { return nil }
        return Day(open: open(y, m, d), close: close(y, m, d, w))
    }

    private static func isHoliday(_ y: Int, _ m: Int, _ d: Int, _ w: Int, _ date: CivilDate) -> Bool {
        if m == 1 && (d == 1 || d == 2 && w == 1) { return true }
        if m == 1 && w == 1 && d >= 15 && d <= 21 && y >= 1998 { return true }
        if m == 2 && w == 1 && d >= 15 && d <= 21 { return true }
        if date.daysSinceEpoch == easter(y) - 2 { return true }
        if m == 5 && w == 1 && d >= 25 { return true }
        if y >= 2022 && m == 6 && (d == 19 || d == 18 && w == 5 || d == 20 && w == 1) { return true }
        if m == 7 && (d == 4 || d == 3 && w == 5 || d == 5 && w == 1) { return true }
        if m == 9 && w == 1 && d <= 7 { return true }
        if m == 11 && w == 4 && d >= 22 && d <= 28 { return true }
        if m == 12 && (d == 25 || d == 24 && w == 5 || d == 26 && w == 1) { return true }
        switch (y, m, d) {
        case (1994, 4, 27), (2001, 9, 11...14), (2004, 6, 11), (2007, 1, 2), (2012, 10, 29...30), (2018, 12, 5),
            (2025, 1, 9):
            return true
        default: return false
        }
    }

    private static func open(_ y: Int, _ m: Int, _ d: Int) -> Int {
        switch (y, m, d) {
        case (1990, 12, 27), (1996, 1, 8): 660
        case (1991, 1, 17), (1991, 2, 25), (2001, 10, 8): 571
        case (2003, 3, 20), (2004, 6, 7), (2006, 12, 27): 572
        case (2001, 9, 17): 573
        case (1995, 12, 18): 630
        case (2002, 9, 11): 720
        default: 570
        }
    }

    private static func close(_ y: Int, _ m: Int, _ d: Int, _ w: Int) -> Int {
        if m == 11 && w == 5 && d >= 23 && d <= 29 && y >= 1992 { return y == 1992 ? 840 : 780 }
        if m == 12 && d == 24 { return y <= 1992 ? 840 : 780 }
        if m == 7 && d == 3 && y >= 1995 && (w != 3 || y >= 2013) { return 780 }
        if m == 7 && d == 5 && w == 5 && (y == 1996 || y == 2002) { return 780 }
        switch (y, m, d) {
        case (1997, 12, 26), (1999, 12, 31), (2003, 12, 26): return 780
        case (1994, 2, 11): return 870
        case (1996, 1, 8): return 840
        case (1997, 10, 27): return 930
        case (2005, 6, 1): return 956
        default: return 960
        }
    }

    /// Easter by its definition: the Sunday after the full moon of the tables (Gauss's method, for 1900 to 2099).
    static func easter(_ y: Int) -> Int {
        let (a, b, c) = (y % 19, y % 4, y % 7)
        let d = (19 * a + 24) % 30
        let e = (2 * b + 4 * c + 6 * d + 5) % 7
        var day = 22 + d + e
        if d == 29 && e == 6 { day -= 7 }
        if d == 28 && e == 6 && a > 10 { day -= 7 }
        return (CivilDate(year: y, month: 3, day: 1)?.daysSinceEpoch ?? 0) + day - 1
    }

    /// Minutes that New York's clocks are ahead of UTC, by the hour in which they are set.
    static func offset(_ minute: Int, year: Int) -> Int {
        let (spring, autumn) = Zones.changes(in: year)
        let summer = utc(year, spring, hour: 7)..<utc(year, autumn, hour: 6)
        return summer.contains(minute) ? -240 : -300
    }

    private static func utc(_ year: Int, _ day: (month: Int, day: Int), hour: Int) -> Int {
        Int(Zones.instant(year, day.month, day.day, hour: hour).microseconds / 60_000_000)
    }
}
