/// An instant as text of one length, always with six digits of microseconds and without a zone: `2026-11-20T15:00:00.000000`.
///
/// Where an answer is sent again and only the instant in it differs, one stamp is written over another.
public struct Stamp: Sendable {
    /// The number of its characters.
    public static let length = 26
    /// Its characters.
    public let bytes: InlineArray<26, UInt8>

    /// What clocks show at an instant that are `offset` seconds ahead of UTC.
    public init(_ instant: Instant, offset: Int = 0) {
        let local = LocalTime(instant, offset: offset)
        var bytes = InlineArray<26, UInt8>(repeating: UInt8(ascii: "-"))
        func write(_ value: Int64, digits: Int, endingAt end: Int) {
            var left = value
            for index in stride(from: end, to: end - digits, by: -1) {
                bytes[index] = UInt8(truncatingIfNeeded: 48 + left % 10)
                left /= 10
            }
        }
        let microseconds = local.time.microseconds
        let seconds = microseconds / 1_000_000
        write(Int64(local.date.year), digits: 4, endingAt: 3)
        write(Int64(local.date.month), digits: 2, endingAt: 6)
        write(Int64(local.date.day), digits: 2, endingAt: 9)
        bytes[10] = UInt8(ascii: "T")
        write(seconds / 3_600, digits: 2, endingAt: 12)
        bytes[13] = UInt8(ascii: ":")
        write(seconds / 60 % 60, digits: 2, endingAt: 15)
        bytes[16] = UInt8(ascii: ":")
        write(seconds % 60, digits: 2, endingAt: 18)
        bytes[19] = UInt8(ascii: ".")
        write(microseconds % 1_000_000, digits: 6, endingAt: 25)
        self.bytes = bytes
    }

    /// Whether it stands at that place of a text.
    public func stands(in text: [UInt8], at place: Int) -> Bool {
        guard place + Self.length <= text.count else { return false }
        for index in 0..<Self.length where text[place + index] != bytes[index] { return false }
        return true
    }

    /// Writes it over what stands at those places of a text.
    public func write(over text: inout [UInt8], at places: [Int]) {
        var text = text.mutableSpan
        for place in places {
            for index in 0..<Self.length { text[place + index] = bytes[index] }
        }
    }
}
