extension PosixRule {
    /// Reads `std offset [dst [offset] ,start[/time],end[/time]]`, with the wider times of time zone files.
    init?(parsing text: [UInt8]) {
        var reader = PosixRuleReader(rest: text[...])
        guard let rule = reader.rule() else { return nil }
        self = rule
    }
}

/// Reads a rule from left to right; nil wherever it is none.
private struct PosixRuleReader {
    var rest: ArraySlice<UInt8>

    mutating func rule() -> PosixRule? {
        // In such lines an offset says how far UTC is ahead.
        guard name(), let behind = time(hours: 24) else { return nil }
        guard !rest.isEmpty else { return PosixRule(offset: -behind, summer: nil) }
        guard name() else { return nil }
        var summerBehind = behind - 3_600
        if rest.first != UInt8(ascii: ",") {
            guard let written = time(hours: 24) else { return nil }
            summerBehind = written
        }
        guard let start = turn(), let end = turn(), rest.isEmpty else { return nil }
        return PosixRule(
            offset: -behind, summer: PosixRule.Summer(offset: -summerBehind, start: start, end: end))
    }

    /// Passes `EST` or `<-03>`.
    private mutating func name() -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        }
        guard takes("<") else {
            let letters = rest.prefix(while: isLetter)
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }
        let letters = rest.prefix { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3 && takes(">")
    }

    /// Takes `[+-]hh[:mm[:ss]]` as seconds.
    private mutating func time(hours limit: Int) -> Int? {
        let isNegative = takes("-")
        if !isNegative { _ = takes("+") }
        guard var seconds = number(upTo: limit).map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] {
            guard takes(":") else { break }
            guard let count = number(upTo: 59) else { return nil }
            seconds += count * unit
        }
        return isNegative ? -seconds : seconds
    }

    private mutating func turn() -> PosixRule.Turn? {
        guard takes(","), let day = day() else { return nil }
        guard takes("/") else { return PosixRule.Turn(day: day, time: 7_200) }
        return time(hours: 167).map { PosixRule.Turn(day: day, time: $0) }
    }

    private mutating func day() -> PosixRule.Day? {
        if takes("J") {
            return number(upTo: 365).flatMap { $0 >= 1 ? .withoutLeapDay($0) : nil }
        }
        guard takes("M") else { return number(upTo: 365).map { .number($0) } }
        guard let month = number(upTo: 12), takes("."), let week = number(upTo: 5), takes("."),
            let weekday = number(upTo: 6), month >= 1, week >= 1
        else { return nil }
        return .weekday(weekday, week: week, month: month)
    }

    private mutating func number(upTo limit: Int) -> Int? {
        let digits = rest.prefix(while: isDigit)
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return value <= limit ? value : nil
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
