import Time
import TimeZones

/// Zones by their rules, written apart from every library's tables.
enum Zones {
    static let newYork = american("America/New_York", standard: -5)
    static let chicago = american("America/Chicago", standard: -6)
    static let tokyo = fixed("Asia/Tokyo", hours: 9)
    static let hongKong = fixed("Asia/Hong_Kong", hours: 8)
    static let utc = fixed("Etc/UTC", hours: 0)
    static let london = ZoneRules(
        id: "Europe/London", coverage: instant(1996, 1, 1)..<instant(2038, 1, 1), initialOffset: 0,
        transitions: (1996...2037).flatMap { year in
            [
                .init(at: instant(year, 3, lastSunday(year, 3), hour: 1), offset: 3_600),
                .init(at: instant(year, 10, lastSunday(year, 10), hour: 1), offset: 0),
            ]
        })

    static func instant(_ year: Int, _ month: Int, _ day: Int, hour: Int = 0) -> Instant {
        let days = CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0
        return Instant(microseconds: (Int64(days) * 24 + Int64(hour)) * 3_600_000_000)
    }

    /// The United States: clocks are set at two o'clock, standard time in spring and summer time in autumn.
    private static func american(_ id: String, standard: Int) -> ZoneRules {
        ZoneRules(
            id: id, coverage: instant(1976, 1, 1)..<instant(2038, 1, 1), initialOffset: standard * 3_600,
            transitions: (1976...2037).flatMap { year -> [ZoneRules.Transition] in
                let (spring, autumn) = changes(in: year)
                return [
                    .init(
                        at: instant(year, spring.month, spring.day, hour: 2 - standard),
                        offset: (standard + 1) * 3_600),
                    .init(at: instant(year, autumn.month, autumn.day, hour: 1 - standard), offset: standard * 3_600),
                ]
            })
    }

    /// When the United States set their clocks.
    static func changes(in year: Int) -> (spring: (month: Int, day: Int), autumn: (month: Int, day: Int)) {
        switch year {
        case ..<1987: ((4, lastSunday(year, 4)), (10, lastSunday(year, 10)))
        case ..<2007: ((4, firstSunday(year, 4)), (10, lastSunday(year, 10)))
        default: ((3, firstSunday(year, 3) + 7), (11, firstSunday(year, 11)))
        }
    }

    private static func firstSunday(_ year: Int, _ month: Int) -> Int {
        (1...7).first { isSunday(year, month, $0) } ?? 0
    }

    private static func lastSunday(_ year: Int, _ month: Int) -> Int {
        // April has 30 days; March and October, which are asked for too, have 31.
        (22...(month == 4 ? 30 : 31)).last { isSunday(year, month, $0) } ?? 0
    }

    private static func isSunday(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        // 1970-01-04 was one.
        ((CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0) - 3) % 7 == 0
    }

    private static func fixed(_ id: String, hours: Int) -> ZoneRules {
        ZoneRules(
            id: id, coverage: instant(1970, 1, 1)..<instant(2038, 1, 1), initialOffset: hours * 3_600, transitions: [])
    }
}
