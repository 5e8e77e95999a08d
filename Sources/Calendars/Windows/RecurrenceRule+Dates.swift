public import Time

extension RecurrenceRule {
    /// The days of a range that the rule names, in their order.
    ///
    /// Where UNTIL is an instant, a day more than in any one zone may be named: a window, which knows its zone, compares
    /// the instants.
    public func dates(in range: ClosedRange<CivilDate>) -> [CivilDate] {
        var dates: [CivilDate] = []
        forEachDate(in: range) { dates.append($0) }
        return dates
    }

    /// Calls with each day of a range that the rule names; one array serves all periods.
    func forEachDate(in range: ClosedRange<CivilDate>, _ body: (CivilDate) -> Void) {
        let first = max(range.lowerBound, from ?? range.lowerBound)
        let last = min(range.upperBound, lastDate ?? range.upperBound)
        guard first <= last else { return }
        let rule = completed
        let anchor = from.map(rule.period) ?? 0
        var named: [CivilDate] = []
        var day = rule.firstDay(ofPeriodWith: first)
        while day <= last.daysSinceEpoch {
            let start = CivilDate(daysSinceEpoch: day)
            let next = day + rule.length(ofPeriodFrom: start)
            if interval == 1 || (rule.period(of: start) - anchor).isMultiple(of: interval) {
                named.removeAll(keepingCapacity: true)
                for number in day..<next {
                    let date = CivilDate(daysSinceEpoch: number)
                    if rule.names(date) { named.append(date) }
                }
                for (index, date) in named.enumerated() where first <= date && date <= last {
                    if rule.isMeant(index, of: named.count) { body(date) }
                }
            }
            day = next
        }
    }

    /// The rule with what RFC 5545 takes from the day that it begins on.
    private var completed: RecurrenceRule {
        guard let from, days.isEmpty, monthDays.isEmpty else { return self }
        let isYearly = frequency == .yearly
        return RecurrenceRule(
            frequency: frequency, interval: interval, until: until,
            months: isYearly && months.isEmpty ? [from.month] : months,
            monthDays: isYearly || frequency == .monthly ? [from.day] : [],
            days: frequency == .weekly ? [Day(ordinal: nil, weekday: from.weekday)] : [],
            positions: positions, from: from)
    }

    private func names(_ date: CivilDate) -> Bool {
        guard months.isEmpty || months.contains(date.month) else { return false }
        guard
            monthDays.isEmpty || monthDays.contains(date.day)
                || monthDays.contains(date.day - date.lengthOfMonth - 1)
        else { return false }
        return days.isEmpty || days.contains { names($0, date) }
    }

    private func names(_ day: Day, _ date: CivilDate) -> Bool {
        guard day.weekday == date.weekday else { return false }
        guard let ordinal = day.ordinal else { return true }
        // Numbers are counted in the year only where the rule speaks of no month.
        let inMonth = frequency == .monthly || !months.isEmpty
        let (position, length) =
            inMonth ? (date.day, date.lengthOfMonth) : (date.dayOfYear, date.lengthOfYear)
        return ordinal > 0 ? (position - 1) / 7 + 1 == ordinal : (length - position) / 7 + 1 == -ordinal
    }

    private func isMeant(_ index: Int, of count: Int) -> Bool {
        positions.isEmpty || positions.contains(index + 1) || positions.contains(index - count)
    }
}

extension RecurrenceRule {
    /// The number of the period that holds a day; the next period has the next number.
    private func period(of date: CivilDate) -> Int {
        switch frequency {
        case .daily: date.daysSinceEpoch
        // A Monday's number is a multiple of seven after this.
        case .weekly: (date.daysSinceEpoch + 3 - date.weekday.rawValue) / 7
        case .monthly: date.year * 12 + date.month
        case .yearly: date.year
        }
    }

    private func firstDay(ofPeriodWith date: CivilDate) -> Int {
        switch frequency {
        case .daily: date.daysSinceEpoch
        case .weekly: date.daysSinceEpoch - date.weekday.rawValue
        case .monthly: date.daysSinceEpoch - date.day + 1
        case .yearly: date.daysSinceEpoch - date.dayOfYear + 1
        }
    }

    private func length(ofPeriodFrom start: CivilDate) -> Int {
        switch frequency {
        case .daily: 1
        case .weekly: 7
        case .monthly: start.lengthOfMonth
        case .yearly: start.lengthOfYear
        }
    }
}

extension CivilDate {
    private var isInLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    fileprivate var lengthOfYear: Int { isInLeapYear ? 366 : 365 }

    fileprivate var lengthOfMonth: Int {
        switch month {
        case 2: isInLeapYear ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    fileprivate var dayOfYear: Int {
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as InlineArray<12, Int>
        return before[month - 1] + day + (month > 2 && isInLeapYear ? 1 : 0)
    }
}
