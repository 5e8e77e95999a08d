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
        Self.write(minutes / 60, digits: 2, to: &place)
        place.append(UInt8(ascii: ":"))
        Self.write(minutes % 60, digits: 2, to: &place)
    }

    /// Date and time; microseconds where there are some.
    func writeClock(to place: inout OutputSpan<UInt8>) {
        let seconds = time.microseconds / 1_000_000
        Self.write(Int64(date.year), digits: 4, to: &place)
        place.append(UInt8(ascii: "-"))
        Self.write(Int64(date.month), digits: 2, to: &place)
        place.append(UInt8(ascii: "-"))
        Self.write(Int64(date.day), digits: 2, to: &place)
        place.append(UInt8(ascii: "T"))
        Self.write(seconds / 3_600, digits: 2, to: &place)
        place.append(UInt8(ascii: ":"))
        Self.write(seconds / 60 % 60, digits: 2, to: &place)
        place.append(UInt8(ascii: ":"))
        Self.write(seconds % 60, digits: 2, to: &place)
        let fraction = time.microseconds % 1_000_000
        guard fraction != 0 else { return }
        place.append(UInt8(ascii: "."))
        Self.write(fraction, digits: 6, to: &place)
    }

    private static func write(_ value: Int64, digits: Int, to place: inout OutputSpan<UInt8>) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            place.append(UInt8(truncatingIfNeeded: 48 + value / divisor % 10))
            divisor /= 10
        }
    }
}
