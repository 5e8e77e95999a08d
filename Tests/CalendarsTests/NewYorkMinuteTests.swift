import Testing
import Time

@testable import Calendars

@Suite struct NewYorkMinuteTests {
    /// Every minute of some years, of all of them when GATEHOUSE_SOAK is set, against the naive model: from the last
    /// minute to the first, so that the next transition is the one met before.
    @Test(arguments: isSoak ? Array(1990...2030) : [1990, 2001, 2007, 2026])
    func everyMinuteIsAsTheNaiveModelHasIt(year: Int) throws {
        let last = Int((Zones.instant(year + 1, 1, 1).microseconds) / 60_000_000) + 10 * 1_440
        let first = Int((Zones.instant(year, 1, 1).microseconds) / 60_000_000) + 300
        var walk = NaiveWalk()
        var differences = 0
        for minute in stride(from: last, through: first, by: -1) {
            let (session, next) = walk.step(to: minute)
            // The first days are only walked to meet the transition that comes after the year's last one.
            guard minute < last - 10 * 1_440 else { continue }
            let status = xnys.status(at: Instant(microseconds: Int64(minute) * 60_000_000))
            let nextMinute = status?.nextTransition.map { Int($0.at.microseconds / 60_000_000) }
            if status?.session != session || nextMinute != next { differences += 1 }
        }
        #expect(differences == 0)
    }

    @Test func everyDayIsAsTheNaiveModelHasIt() throws {
        var number = 0
        for day in xnys.dates.lowerBound.daysSinceEpoch...xnys.dates.upperBound.daysSinceEpoch {
            let date = CivilDate(daysSinceEpoch: day)
            guard let naive = NaiveNewYork.day(date) else { continue }
            let session = try #require(number < xnys.sessions.count ? xnys.sessions[number] : nil)
            number += 1
            let offset = NaiveNewYork.offset(day * 1_440 + 1_020, year: date.year)
            let open = Int64(day * 1_440 + naive.open - offset) * 60_000_000
            let close = Int64(day * 1_440 + naive.close - offset) * 60_000_000
            let isSame =
                session.date == date && session.open.microseconds == open && session.close.microseconds == close
                && session.isEarlyClose == naive.isEarly && session.isLateOpen == (naive.open > 570)
            #expect(isSame, "\(date.text)")
        }
        #expect(number == xnys.sessions.count)
    }

    /// Easter by two methods, and by a few dates that are known.
    @Test func easterIsOnItsSunday() throws {
        for year in 1990...2030 {
            #expect(YearlyDate.easter.day(in: year)?.daysSinceEpoch == NaiveNewYork.easter(year), "\(year)")
        }
        for (year, day) in [(1990, "1990-04-15"), (2000, "2000-04-23"), (2026, "2026-04-05"), (2030, "2030-04-21")] {
            #expect(YearlyDate.easter.day(in: year)?.text == day)
        }
    }

    @Test func noRowOfTheTablesIsMisread() {
        #expect(NewYorkExchange.closings.allSatisfy { CivilDate(parsing: $0.date)?.text == $0.date })
        #expect(NewYorkExchange.specialHours.allSatisfy { CivilDate(parsing: $0.date)?.text == $0.date })
        #expect(
            NewYorkExchange.holidays.allSatisfy { rule in (2022...2030).allSatisfy { rule.day.day(in: $0) != nil } })
        #expect(
            NewYorkExchange.holidays.filter { $0.observance == .asItFalls }.allSatisfy { rule in
                (1990...2030).allSatisfy { (rule.day.day(in: $0)?.weekday.rawValue ?? 6) < 5 }
            })
    }
}

/// The naive model's minutes, walked backwards.
private struct NaiveWalk {
    private var day: Int?
    private var today: NaiveNewYork.Day?
    private var tomorrow: NaiveNewYork.Day?
    private var offsetHour: Int?
    private var offset = 0
    private var later: (minute: Int, isOpen: Bool)?
    private var transition: Int?

    /// What is going on in a minute of UTC, and the minute in which the core session next begins or ends.
    mutating func step(to minute: Int) -> (CurrentSession, next: Int?) {
        // Clocks are set on the hour.
        if offsetHour != minute / 60 {
            offsetHour = minute / 60
            let year = CivilDate(daysSinceEpoch: minute / 1_440).year
            offset = NaiveNewYork.offset(minute / 60 * 60, year: year)
        }
        let local = minute + offset
        if day != local / 1_440 {
            let number = local / 1_440
            day = number
            // After the last covered year nothing is known to come.
            let isCovered = CivilDate(daysSinceEpoch: number).year <= 2030
            today = isCovered ? NaiveNewYork.day(CivilDate(daysSinceEpoch: number)) : nil
            tomorrow = isCovered ? NaiveNewYork.day(CivilDate(daysSinceEpoch: number + 1)) : nil
        }
        let session = session(local % 1_440)
        let isOpen = session == .core
        if let later, later.isOpen != isOpen { transition = later.minute }
        later = (minute, isOpen)
        return (session, transition)
    }

    private func session(_ minute: Int) -> CurrentSession {
        if let today {
            if minute < 240 { return .overnight }
            if minute < today.open { return .pre }
            if minute < today.close { return .core }
            if minute < (today.isEarly ? 1_020 : 1_200) { return .post }
        }
        return minute >= 1_260 && tomorrow != nil ? .overnight : .none
    }
}
