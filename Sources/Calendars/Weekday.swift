import Time

/// A day of the week.
enum Weekday: Int, CaseIterable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// The name as documents have it.
    var name: String { "\(self)" }
}

extension CivilDate {
    /// The day of the week; 1970-01-01 was a Thursday.
    var weekday: Weekday {
        let number = (daysSinceEpoch + 3) % 7
        return Weekday(rawValue: number < 0 ? number + 7 : number) ?? .monday
    }
}
