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
        String(decoding: [UInt8](capacity: Self.textLength) { write(to: &$0) }, as: UTF8.self)
    }

    /// The most bytes that the text has.
    public static let textLength = 32

    /// Writes the text.
    public func write(to place: inout OutputSpan<UInt8>) {
        writeClock(to: &place)
        place.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let minutes = Int64(offset.magnitude / 60)
        place.append(two: minutes / 60)
        place.append(UInt8(ascii: ":"))
        place.append(two: minutes % 60)
    }

    /// Date and time; microseconds where there are some.
    func writeClock(to place: inout OutputSpan<UInt8>) {
        date.write(to: &place)
        place.append(UInt8(ascii: "T"))
        time.write(to: &place, withSeconds: true)
        let fraction = time.microseconds % 1_000_000
        guard fraction != 0 else { return }
        place.append(UInt8(ascii: "."))
        place.append(two: fraction / 10_000)
        place.append(two: fraction / 100)
        place.append(two: fraction)
    }
}
