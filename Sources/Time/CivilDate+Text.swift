extension CivilDate {
    /// Reads `YYYY-MM-DD` and nothing else.
    public init?(parsing text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(11))
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day as `YYYY-MM-DD`.
    public var text: String {
        String(decoding: [UInt8](capacity: Self.textLength) { write(to: &$0) }, as: UTF8.self)
    }

    /// The number of bytes that the text has.
    public static let textLength = 10

    /// Writes the text; years have four digits.
    public func write(to place: inout OutputSpan<UInt8>) {
        place.append(two: Int64(year / 100))
        place.append(two: Int64(year))
        place.append(UInt8(ascii: "-"))
        place.append(two: Int64(month))
        place.append(UInt8(ascii: "-"))
        place.append(two: Int64(day))
    }

    /// The day that comes this many days later.
    public func adding(days: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch + days)
    }
}
