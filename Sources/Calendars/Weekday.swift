import Time

/// A day of the week; weeks begin on Mondays.
public enum Weekday: Int, CaseIterable, Sendable {
    /// The first day of the week.
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// The name as documents have it.
    var name: String { "\(self)" }

    /// The two letters that stand for it in a recurrence rule.
    public var code: String { name.prefix(2).uppercased() }
}

extension CivilDate {
    /// The day of the week; 1970-01-01 was a Thursday.
    var weekday: Weekday {
        let number = (daysSinceEpoch + 3) % 7
        return Weekday(rawValue: number < 0 ? number + 7 : number) ?? .monday
    }
}
