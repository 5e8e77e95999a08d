/// A time on a clock's face: microseconds since midnight, up to 24:00, which ends a day.
public struct TimeOfDay: Comparable, Hashable, Sendable {
    /// Microseconds since midnight.
    public let microseconds: Int64

    /// Midnight at a day's end.
    public static let endOfDay = TimeOfDay(unchecked: 86_400_000_000)

    /// A time of the day; nothing beyond 24:00.
    public init?(microseconds: Int64) {
        guard (0...86_400_000_000).contains(microseconds) else { return nil }
        self.microseconds = microseconds
    }

    /// A time of the day, for a table in the program.
    public init(_ hour: UInt8, _ minute: UInt8) {
        microseconds = min(Int64(hour) * 3_600 + Int64(minute) * 60, 86_400) * 1_000_000
    }

    private init(unchecked microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Reads `hh:mm` or `hh:mm:ss`; 24:00 is the end of the day.
    public init?(parsing text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var numbers: [Int64] = []
        for part in parts {
            guard part.count == 2, part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                return nil
            }
            numbers.append(part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
        }
        guard numbers[0] <= 24, numbers[1] < 60, numbers.count < 3 || numbers[2] < 60 else { return nil }
        self.init(
            microseconds: (numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)) * 1_000_000)
    }

    /// Earlier is smaller.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The time as `hh:mm`, with seconds where there are some.
    public var text: String {
        String(decoding: [UInt8](capacity: Self.textLength) { write(to: &$0) }, as: UTF8.self)
    }

    /// The most bytes that the text has.
    public static let textLength = 8

    /// Writes the text.
    public func write(to place: inout OutputSpan<UInt8>, withSeconds: Bool = false) {
        let seconds = microseconds / 1_000_000
        place.append(two: seconds / 3_600)
        place.append(UInt8(ascii: ":"))
        place.append(two: seconds / 60 % 60)
        guard withSeconds || seconds % 60 != 0 else { return }
        place.append(UInt8(ascii: ":"))
        place.append(two: seconds % 60)
    }
}
