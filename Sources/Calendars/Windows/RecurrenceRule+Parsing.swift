public import Time

extension RecurrenceRule {
    /// Reads a rule such as `FREQ=MONTHLY;BYDAY=-1FR`; what it does not know it refuses by name.
    ///
    /// `from` is the first day: intervals are counted from it, and it gives the day of the week, of the month or of the
    /// year where the rule itself names none.
    public init(parsing text: String, from: CivilDate? = nil) throws(WindowErrors) {
        var mistakes: [WindowError] = []
        let rule = RecurrenceRule(reading: text, from: from, &mistakes)
        if mistakes.isEmpty, let rule { mistakes = rule.mistakesOfBeginning }
        guard mistakes.isEmpty, let rule else { throw WindowErrors(errors: mistakes) }
        self = rule
    }

    /// Reads a rule, and notes one mistake for each of its parts; whether it knows where to begin is not asked.
    init?(reading text: String, from: CivilDate?, _ mistakes: inout [WindowError]) {
        guard let parts = RuleParts(text, &mistakes) else { return nil }
        let frequency = mistakes.noting { () throws(WindowError) in try parts.frequency() }
        let interval = mistakes.noting { () throws(WindowError) in try parts.interval() }
        let until = mistakes.noting { () throws(WindowError) in try parts.until() }
        func numbers(_ name: String, _ magnitude: ClosedRange<Int>, mayBeNegative: Bool = true) -> [Int]? {
            mistakes.noting { () throws(WindowError) in
                try parts.numbers(name, magnitude: magnitude, mayBeNegative: mayBeNegative)
            }
        }
        let months = numbers("BYMONTH", 1...12, mayBeNegative: false)
        let monthDays = numbers("BYMONTHDAY", 1...31)
        let days = mistakes.noting { () throws(WindowError) in try parts.days() }
        let positions = numbers("BYSETPOS", 1...366)
        // What the parts mean together can only be said of a whole rule.
        guard mistakes.isEmpty, let frequency, let interval, let until, let months, let monthDays, let days,
            let positions
        else { return nil }
        self.init(
            frequency: frequency, interval: interval, until: until, months: months, monthDays: monthDays, days: days,
            positions: positions, from: from)
        mistakes += mistakesOfCombinations
    }

    /// Parts that RFC 5545 forbids beside one another, or that could name nothing.
    private var mistakesOfCombinations: [WindowError] {
        var mistakes: [WindowError] = []
        let name = frequency.rawValue
        if frequency != .monthly, frequency != .yearly, let day = days.first(where: { $0.ordinal != nil }) {
            mistakes.append(
                .rule(
                    "BYDAY=\(day.text) has a number, which FREQ=\(name) has no use for",
                    hint: "write \(day.weekday.code), or FREQ=MONTHLY"))
        } else if frequency == .monthly || !months.isEmpty {
            for day in days where abs(day.ordinal ?? 1) > 5 {
                mistakes.append(
                    .rule("no month has the day BYDAY=\(day.text)", hint: "a month's days are 1 to 5, or -1 to -5"))
            }
        }
        if frequency == .weekly, !monthDays.isEmpty {
            mistakes.append(
                .rule("BYMONTHDAY does not go with FREQ=WEEKLY", hint: "write FREQ=MONTHLY or FREQ=DAILY"))
        }
        if !positions.isEmpty, frequency == .daily {
            mistakes.append(
                .rule("BYSETPOS does not go with FREQ=DAILY: a day is one day", hint: "write FREQ=MONTHLY"))
        } else if !positions.isEmpty, days.isEmpty, monthDays.isEmpty, months.isEmpty {
            mistakes.append(
                .rule("BYSETPOS chooses among days that no other part names", hint: "add BYDAY or BYMONTHDAY"))
        }
        return mistakes
    }

    /// Whether the days follow from a first day that is not said, or that comes too late.
    var mistakesOfBeginning: [WindowError] {
        if let from {
            guard let lastDate, lastDate < from else { return [] }
            return [.rule("UNTIL is before from: the rule ends before it begins")]
        }
        var mistakes: [WindowError] = []
        if interval > 1 {
            mistakes.append(
                .rule("INTERVAL needs a first day to count from", hint: "add from, such as from: 2026-01-05"))
        }
        if frequency != .daily, days.isEmpty, monthDays.isEmpty {
            mistakes.append(
                .rule(
                    "FREQ=\(frequency.rawValue) does not say on which day",
                    hint: frequency == .weekly ? "add BYDAY, or from" : "add BYDAY or BYMONTHDAY, or from"))
        }
        return mistakes
    }
}

/// The parts of a rule by their names, each once.
private struct RuleParts {
    private static let known = ["FREQ", "UNTIL", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"]
    /// What else RFC 5545 has, and what to write in its place.
    private static let refused = [
        "COUNT": "say when it ends with UNTIL",
        "BYHOUR": "times of the day stand in start and end", "BYMINUTE": "times of the day stand in start and end",
        "BYSECOND": "times of the day stand in start and end",
        "BYYEARDAY": "name days with BYMONTH and BYMONTHDAY", "BYWEEKNO": "name days with BYMONTH and BYDAY",
        "WKST": "weeks begin on Monday; leave it out",
    ]

    private var values: [String: String] = [:]

    init?(_ text: String, _ mistakes: inout [WindowError]) {
        var text = text.uppercased()
        // As it stands in an .ics file, from where people copy.
        if text.hasPrefix("RRULE:") {
            mistakes.append(.rule("a rule is written without 'RRULE:'", hint: "leave 'RRULE:' off"))
            text.removeFirst("RRULE:".count)
        }
        do throws(WindowError) {
            for part in try Self.split(text) { mistakes.noting { () throws(WindowError) in try add(part) } }
        } catch {
            mistakes.append(error)
            return nil
        }
    }

    private static func split(_ text: String) throws(WindowError) -> [Substring] {
        guard text.utf8.count <= 500 else { throw .rule("a rule has at most 500 bytes") }
        guard !text.isEmpty else { throw .rule("the rule is empty", hint: "write for example FREQ=WEEKLY;BYDAY=FR") }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        let most = known.count + refused.count
        guard parts.count <= most else { throw .rule("a rule has no more than \(most) parts") }
        return parts
    }

    private mutating func add(_ part: Substring) throws(WindowError) {
        let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(sides[0].prefix(32))
        if let instead = Self.refused[name] { throw .rule("\(name) is not supported", hint: instead) }
        guard Self.known.contains(name) else {
            throw .rule("a rule has no part '\(name)'", hint: "the parts are: " + Self.known.joined(separator: ", "))
        }
        guard values[name] == nil else { throw .rule("\(name) stands twice") }
        values[name] = sides.count == 2 ? String(sides[1]) : ""
    }

    /// The value of a part, if it is there.
    private func value(_ name: String) throws(WindowError) -> String? {
        guard values[name] != "" else { throw .rule("\(name) has no value") }
        return values[name]
    }

    func frequency() throws(WindowError) -> RecurrenceRule.Frequency {
        let hint = "it is one of " + RecurrenceRule.Frequency.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value = try value("FREQ") else { throw .rule("FREQ is missing", hint: hint) }
        guard let frequency = RecurrenceRule.Frequency(rawValue: value) else {
            throw .rule("FREQ=\(value.prefix(32)) is not supported", hint: hint)
        }
        return frequency
    }

    func interval() throws(WindowError) -> Int {
        guard let value = try value("INTERVAL") else { return 1 }
        guard value.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(value), (1...1000).contains(number)
        else { throw .rule("INTERVAL=\(value.prefix(32)) is not a number from 1 to 1000") }
        return number
    }

    func until() throws(WindowError) -> RecurrenceRule.Until? {
        guard let value = try value("UNTIL") else { return nil }
        let hint = "write a day, such as 20261231, or an instant in UTC, such as 20261231T235959Z"
        let digits = Array(value.utf8)
        func part(_ range: Range<Int>) -> Substring { Substring(decoding: digits[range], as: UTF8.self) }
        let isDate = digits.count == 8
        guard isDate || digits.count == 16 else { throw .rule("UNTIL=\(value.prefix(32)) is malformed", hint: hint) }
        let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        if isDate {
            guard let day = CivilDate(written: date) else {
                throw .rule("UNTIL=\(value) is no day of the calendar", hint: hint)
            }
            return .date(day)
        }
        do throws(Instant.ParseError) {
            let time = "\(part(9..<11)):\(part(11..<13)):\(part(13..<15))"
            return .instant(try Instant(parsing: "\(date)\(part(8..<9))\(time)\(part(15..<16))"))
        } catch {
            throw .rule("UNTIL=\(value) cannot be read: \(error.description)", hint: hint)
        }
    }

    func numbers(
        _ name: String, magnitude: ClosedRange<Int>, mayBeNegative: Bool = true
    ) throws(WindowError) -> [Int] {
        var numbers: [Int] = []
        for element in try list(name) {
            guard let number = Int(element), magnitude.contains(abs(number)), number > 0 || mayBeNegative else {
                let range = "\(magnitude.lowerBound) to \(magnitude.upperBound)"
                throw .rule(
                    "\(name)=\(element.prefix(32)) is out of range",
                    hint: "it is \(range)" + (mayBeNegative ? ", or the same below zero, counted from the end" : ""))
            }
            guard !numbers.contains(number) else { throw .rule("\(name) names \(number) twice") }
            numbers.append(number)
        }
        return numbers.sorted()
    }

    func days() throws(WindowError) -> [RecurrenceRule.Day] {
        var days: [RecurrenceRule.Day] = []
        for element in try list("BYDAY") {
            guard let weekday = Weekday.allCases.first(where: { $0.code == element.suffix(2) }) else {
                throw .rule(
                    "BYDAY=\(element.prefix(32)) is no day of the week",
                    hint: "the days are MO, TU, WE, TH, FR, SA, SU; 3MO is the third Monday, -1FR the last Friday")
            }
            let number = element.dropLast(2)
            let ordinal = Int(number)
            guard number.isEmpty || ordinal.map({ $0 != 0 && abs($0) <= 53 }) ?? false else {
                throw .rule("BYDAY=\(element.prefix(32)) is out of range", hint: "the number is 1 to 53, or -1 to -53")
            }
            let day = RecurrenceRule.Day(ordinal: ordinal, weekday: weekday)
            guard !days.contains(day) else { throw .rule("BYDAY names \(day.text) twice") }
            days.append(day)
        }
        return days.sorted { ($0.weekday.rawValue, $0.ordinal ?? 0) < ($1.weekday.rawValue, $1.ordinal ?? 0) }
    }

    private func list(_ name: String) throws(WindowError) -> [Substring] {
        let elements = try value(name)?.split(separator: ",", omittingEmptySubsequences: false)
        guard let elements else { return [] }
        guard !elements.contains("") else { throw .rule("\(name) has an empty element") }
        return elements
    }
}

extension WindowError {
    fileprivate static func rule(_ message: String, hint: String? = nil) -> WindowError {
        WindowError(field: "rrule", message: message, hint: hint)
    }
}
