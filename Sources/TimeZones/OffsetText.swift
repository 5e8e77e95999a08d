/// How an offset is written for a person.
enum OffsetText {
    /// Seconds ahead of UTC as `UTC+05:30`; with seconds where there are some.
    static func of(_ offset: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let seconds = abs(offset)
        let text = "UTC\(offset < 0 ? "-" : "+")\(two(seconds / 3_600)):\(two(seconds / 60 % 60))"
        return seconds % 60 == 0 ? text : text + ":\(two(seconds % 60))"
    }
}
