import Time

@testable import Calendars

/// The days of a rule, found by listing every day of some years and striking out.
enum DateModel {
    /// A day and all that a rule can ask of it.
    private struct Day {
        let date: CivilDate
        let weekday: Int
        var number: Int { date.daysSinceEpoch }

        init(_ number: Int) {
            date = CivilDate(daysSinceEpoch: number)
            // 2024-01-01, day 19,723, was a Monday.
            weekday = ((number - 19_723) % 7 + 7) % 7
        }

        /// Days that share it are in one period; the next period's is one more.
        func period(_ frequency: RecurrenceRule.Frequency) -> Int {
            switch frequency {
            case .daily: number
            case .weekly: (number - weekday - 19_723) / 7
            case .monthly: date.year * 12 + date.month
            case .yearly: date.year
            }
        }
    }

    /// Every day of 2022 to 2027.
    private static let days = (18_993..<21_184).map(Day.init)
    private static let months = Dictionary(grouping: days) { $0.period(.monthly) }
    private static let years = Dictionary(grouping: days) { $0.period(.yearly) }

    static func dates(of rule: RecurrenceRule, in range: ClosedRange<CivilDate>) -> [CivilDate] {
        let named = days.filter { names(rule, $0) }
        let periods = Dictionary(grouping: named) { $0.period(rule.frequency) }
        var chosen: [CivilDate] = []
        for (period, days) in periods {
            if let from = rule.from {
                let distance = period - Day(from.daysSinceEpoch).period(rule.frequency)
                guard distance % rule.interval == 0 else { continue }
            }
            for (index, day) in days.enumerated() {
                let isChosen = rule.positions.contains { $0 > 0 ? index == $0 - 1 : index == days.count + $0 }
                if rule.positions.isEmpty || isChosen { chosen.append(day.date) }
            }
        }
        return chosen.filter { date in
            if case .date(let last) = rule.until, last < date { return false }
            return range.contains(date) && (rule.from.map { $0 <= date } ?? true)
        }
        .sorted()
    }

    private static func names(_ rule: RecurrenceRule, _ day: Day) -> Bool {
        let month = months[day.period(.monthly)] ?? []
        let (from, frequency) = (rule.from, rule.frequency)
        let isBare = rule.days.isEmpty && rule.monthDays.isEmpty
        if isBare, let from {
            if frequency == .weekly, day.weekday != Day(from.daysSinceEpoch).weekday { return false }
            if frequency == .monthly || frequency == .yearly, day.date.day != from.day { return false }
            if frequency == .yearly, rule.months.isEmpty, day.date.month != from.month { return false }
        }
        if !rule.months.isEmpty, !rule.months.contains(day.date.month) { return false }
        if !rule.monthDays.isEmpty {
            let named = rule.monthDays.compactMap { number -> CivilDate? in
                let index = number > 0 ? number - 1 : month.count + number
                return month.indices.contains(index) ? month[index].date : nil
            }
            if !named.contains(day.date) { return false }
        }
        guard !rule.days.isEmpty else { return true }
        let isInMonth = frequency == .monthly || !rule.months.isEmpty
        let scope = (isInMonth ? month : years[day.date.year] ?? []).filter { $0.weekday == day.weekday }
        return rule.days.contains { named in
            guard named.weekday.rawValue == day.weekday else { return false }
            guard let ordinal = named.ordinal else { return true }
            let index = ordinal > 0 ? ordinal - 1 : scope.count + ordinal
            return scope.indices.contains(index) && scope[index].date == day.date
        }
    }
}

/// Rules of every kind that can be written.
enum RandomRule {
    static func make(using generator: inout SeededWindows) -> (text: String, from: CivilDate?) {
        func maybe(_ chance: Int) -> Bool { Int.random(in: 0..<chance, using: &generator) == 0 }
        func some(_ values: [Int], _ most: Int) -> [String] {
            let count = Int.random(in: 1...most, using: &generator)
            return values.shuffled(using: &generator).prefix(count).sorted().map(String.init)
        }
        let frequency = RecurrenceRule.Frequency.allCases.randomElement(using: &generator) ?? .daily
        let from = maybe(2) ? CivilDate(daysSinceEpoch: 19_400 + Int.random(in: 0..<500, using: &generator)) : nil
        let isLong = frequency == .monthly || frequency == .yearly
        var parts = ["FREQ=\(frequency.rawValue)"]
        var days: [String] = []
        if maybe(2) || (from == nil && frequency == .weekly) {
            let inMonth = frequency == .monthly || maybe(2)
            if isLong, inMonth, frequency == .yearly {
                parts.append("BYMONTH=" + some(Array(1...12), 4).joined(separator: ","))
            }
            for code in ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].shuffled(using: &generator).prefix(3) {
                let most = inMonth ? 5 : 53
                let ordinal = Int.random(in: 1...most, using: &generator) * (maybe(2) ? -1 : 1)
                days.append(isLong && maybe(2) ? "\(ordinal)\(code)" : code)
            }
            parts.append("BYDAY=" + days.joined(separator: ","))
        }
        let needsMore = days.isEmpty && from == nil && isLong
        let hasMonthDays = frequency != .weekly && (needsMore || maybe(4))
        if hasMonthDays {
            parts.append("BYMONTHDAY=" + some(Array(1...31) + Array(-31 ... -1), 12).joined(separator: ","))
        }
        if !parts.contains(where: { $0.hasPrefix("BYMONTH=") }), maybe(4), !days.contains(where: { $0.count > 4 }),
            frequency != .yearly || days.allSatisfy({ $0.count == 2 })
        {
            parts.append("BYMONTH=" + some(Array(1...12), 8).joined(separator: ","))
        }
        if frequency != .daily, !days.isEmpty || hasMonthDays, maybe(3) {
            parts.append("BYSETPOS=" + some([1, 2, 3, 7, -1, -2, -5], 3).joined(separator: ","))
        }
        if from != nil, maybe(2) { parts.append("INTERVAL=\(Int.random(in: 1...5, using: &generator))") }
        if maybe(4) { parts.append("UNTIL=20240\(Int.random(in: 7...9, using: &generator))15") }
        return (parts.joined(separator: ";"), from)
    }
}
