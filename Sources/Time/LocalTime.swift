/// What clocks in some zone show at an instant.
public struct LocalTime: Hashable, Sendable {
    /// The day.
    public let date: CivilDate
    /// The time of the day.
    public let time: TimeOfDay
    /// Seconds that those clocks are ahead of UTC.
    public let offset: Int

    /// What clocks that are `offset` seconds ahead of UTC show at an instant.
    public init(_ instant: Instant, offset: Int) {
        let day = 86_400_000_000 as Int64
        let shifted = instant + TimeSpan(microseconds: Int64(offset) * 1_000_000)
        let number =
            shifted.microseconds >= 0 ? shifted.microseconds / day : (shifted.microseconds + 1) / day - 1
        date = CivilDate(daysSinceEpoch: Int(number))
        time = TimeOfDay(microseconds: shifted.microseconds - number * day) ?? .endOfDay
        self.offset = offset
    }

    /// As RFC 3339 has it, with the offset: `2026-11-20T10:00:00-05:00`.
    public var text: String {
        let utc = Instant(
            microseconds: Int64(date.daysSinceEpoch) * 86_400_000_000 + time.microseconds
        ).text.dropLast()
        let minutes = abs(offset) / 60
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(utc)\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
