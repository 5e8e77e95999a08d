extension Instant {
    /// What is wrong with a written instant.
    public struct ParseError: Error, CustomStringConvertible, Equatable {
        /// One sentence for a person.
        public let description: String
        /// What to do about it, where that is known.
        public let hint: String?

        init(_ description: String, hint: String? = nil) {
            self.description = description
            self.hint = hint
        }
    }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`, strictly.
    ///
    /// Digits beyond microseconds are cut off, never rounded, so that 23:59:59.9999999 stays in its day. A space in the
    /// place of the offset's `+` is read as `+`: it is what a decoded query string leaves of one.
    public init(parsing text: String) throws(ParseError) {
        var reader = InstantReader(text)
        self = try reader.read()
    }

    /// The instant in UTC, such as `2026-11-20T15:00:00.250000Z`; without a fraction where there is none.
    public var text: String {
        String(decoding: [UInt8](capacity: Self.textLength) { write(to: &$0) }, as: UTF8.self)
    }

    /// The most bytes that the text has.
    public static let textLength = 27

    /// Writes the text.
    public func write(to place: inout OutputSpan<UInt8>) {
        LocalTime(self, offset: 0).writeClock(to: &place)
        place.append(UInt8(ascii: "Z"))
    }
}

/// Reads one instant from left to right; every refusal names what it found.
private struct InstantReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8.prefix(65))
    }

    mutating func read() throws(Instant.ParseError) -> Instant {
        guard bytes.count <= 64 else { throw .init("an instant has at most 64 characters") }
        let year = try digits(4, "year")
        try expect("-", "the year")
        let month = try digits(2, "month")
        try expect("-", "the month")
        let day = try digits(2, "day")
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw .init("there is no day \(day) in month \(month) of \(year)")
        }
        guard position < bytes.count else {
            throw .init("a date alone is no instant", hint: "add a time and an offset, such as T09:30:00-05:00")
        }
        guard bytes[position] == UInt8(ascii: "T") || bytes[position] == UInt8(ascii: "t") else {
            throw .init("'T' must stand between date and time")
        }
        position += 1
        let secondOfDay = try timeOfDay()
        let fraction = try fractionInMicroseconds()
        let offset = try offsetInSeconds()
        guard position == bytes.count else { throw .init("something stands after the offset") }

        let isLeapSecond = secondOfDay == 86_400
        if isLeapSecond {
            guard offset == 0, LeapSeconds.dates.contains(year * 10_000 + month * 100 + day) else {
                throw .init("there was no leap second at that instant")
            }
        }
        // The clock that everything is compared with repeats no second: a leap second is the end of the one before it.
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(isLeapSecond ? 86_399 : secondOfDay) - Int64(offset)
        return Instant(microseconds: seconds * 1_000_000 + (isLeapSecond ? 999_999 : fraction))
    }

    private mutating func timeOfDay() throws(Instant.ParseError) -> Int {
        let hour = try digits(2, "hour")
        try expect(":", "the hour")
        let minute = try digits(2, "minute")
        try expect(":", "the minute")
        let second = try digits(2, "second")
        guard hour <= 23 else { throw .init("an hour goes to 23", hint: "write midnight as 00:00:00 of the next day") }
        guard minute <= 59 else { throw .init("a minute goes to 59") }
        guard second <= 59 || (second == 60 && hour == 23 && minute == 59) else { throw .init("a second goes to 59") }
        return hour * 3_600 + minute * 60 + second
    }

    private mutating func fractionInMicroseconds() throws(Instant.ParseError) -> Int64 {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        var value: Int64 = 0
        var count = 0
        while let digit = digit(at: position) {
            if count < 6 { value = value * 10 + Int64(digit) }
            count += 1
            position += 1
        }
        guard (1...9).contains(count) else { throw .init("a fraction has 1 to 9 digits") }
        for _ in Swift.min(count, 6)..<6 { value *= 10 }
        return value
    }

    private mutating func offsetInSeconds() throws(Instant.ParseError) -> Int {
        guard position < bytes.count else {
            throw .init("the offset from UTC is missing", hint: "end with Z, or with an offset such as -05:00")
        }
        let sign = bytes[position]
        position += 1
        switch sign {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
        case UInt8(ascii: "+"), UInt8(ascii: " "), UInt8(ascii: "-"): break
        default: throw .init("the offset from UTC must be Z or ±hh:mm", hint: "in a query string write + as %2B")
        }
        let hours = try digits(2, "offset's hour")
        try expect(":", "the offset's hour")
        let minutes = try digits(2, "offset's minute")
        guard minutes <= 59, hours * 60 + minutes <= 14 * 60 else {
            throw .init("no place is more than 14:00 from UTC")
        }
        if sign == UInt8(ascii: "-") {
            guard hours + minutes > 0 else { throw .init("-00:00 means an unknown offset", hint: "write Z") }
            return -(hours * 3_600 + minutes * 60)
        }
        return hours * 3_600 + minutes * 60
    }

    private func digit(at index: Int) -> Int? {
        guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
        return Int(bytes[index] - UInt8(ascii: "0"))
    }

    private mutating func digits(_ count: Int, _ what: String) throws(Instant.ParseError) -> Int {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit(at: position) else { throw .init("the \(what) must have \(count) digits") }
            value = value * 10 + digit
            position += 1
        }
        return value
    }

    private mutating func expect(_ character: Unicode.Scalar, _ after: String) throws(Instant.ParseError) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            throw .init("'\(character)' must follow \(after)")
        }
        position += 1
    }
}
