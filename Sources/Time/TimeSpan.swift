/// An elapsed time in whole microseconds. A day is always 24 hours.
public struct TimeSpan: Comparable, Hashable, Sendable {
    /// The length in microseconds.
    public let microseconds: Int64

    /// A span of that many microseconds.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A span of whole milliseconds.
    public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * 1_000) }
    /// A span of whole seconds.
    public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * 1_000_000) }
    /// A span of whole minutes.
    public static func minutes(_ count: Int64) -> TimeSpan { .seconds(count * 60) }
    /// A span of whole hours.
    public static func hours(_ count: Int64) -> TimeSpan { .minutes(count * 60) }
    /// A span of days of 24 hours.
    public static func days(_ count: Int64) -> TimeSpan { .hours(count * 24) }

    /// Shorter is smaller.
    public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.microseconds < right.microseconds
    }

    /// What is wrong with a written span.
    public struct ParseError: Error, CustomStringConvertible {
        /// One sentence for a person.
        public let description: String

        /// What is wrong, in one sentence.
        public init(_ description: String) {
            self.description = description
        }
    }

    /// Reads a sum of whole days, hours, minutes and seconds, such as `1d12h` or `90m`; each unit once, in this order.
    public init(parsing text: String) throws(ParseError) {
        let units: [(letter: UInt8, seconds: Int64)] = [
            (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3_600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
        ]
        let malformed = ParseError("'\(text.prefix(32))' is not a duration; write for example 90m, 24h or 1d12h")
        var total: Int64 = 0
        var number: Int64?
        var nextUnit = 0
        for byte in text.utf8 {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let value = (number ?? 0) * 10 + Int64(byte - UInt8(ascii: "0"))
                guard value <= 1_000_000_000 else { throw ParseError("'\(text.prefix(32))' is too long") }
                number = value
            } else {
                guard let count = number, let index = units[nextUnit...].firstIndex(where: { $0.letter == byte }) else {
                    throw malformed
                }
                total += count * units[index].seconds
                number = nil
                nextUnit = index + 1
            }
        }
        guard number == nil, nextUnit > 0 else { throw malformed }
        guard total <= 100 * 366 * 86_400 else {
            throw ParseError("'\(text.prefix(32))' is more than a hundred years")
        }
        self = .seconds(total)
    }

    /// The span as a sum of units, such as `1d12h`; parts below a second are dropped.
    public var text: String {
        var rest = Swift.max(0, microseconds / 1_000_000)
        var result = ""
        for (letter, seconds) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] where rest >= seconds {
            result += "\(rest / seconds)\(letter)"
            rest %= seconds
        }
        return result.isEmpty ? "0s" : result
    }
}
