public import Time

extension RecurrenceRule {
    /// Reads a rule such as `FREQ=MONTHLY;BYDAY=-1FR`; what it does not know it refuses by name.
    ///
    /// `from` is the first day: intervals are counted from it, and it gives the day of the week, of the month or of the
    /// year where the rule itself names none.
    public init(parsing text: String, from: CivilDate? = nil) throws(WindowError) {
        let parts = try RuleParts(text)
        frequency = try parts.frequency()
        interval = try parts.interval()
        until = try parts.until()
        months = try parts.numbers("BYMONTH", magnitude: 1...12, mayBeNegative: false)
        monthDays = try parts.numbers("BYMONTHDAY", magnitude: 1...31)
        days = try parts.days()
        positions = try parts.numbers("BYSETPOS", magnitude: 1...366)
        self.from = from
        try checkCombinations()
        try checkBeginning()
    }

    /// Refuses parts that RFC 5545 forbids beside one another, or that could name nothing.
    private func checkCombinations() throws(WindowError) {
        let name = frequency.rawValue
        if let day = days.first(where: { $0.ordinal != nil }) {
            guard frequency == .monthly || frequency == .yearly else {
                throw .rule(
                    "BYDAY=\(day.text) has a number, which FREQ=\(name) has no use for",
                    hint: "write \(day.weekday.code), or FREQ=MONTHLY")
            }
        }
        if frequency == .monthly || !months.isEmpty {
            for day in days {
                guard let ordinal = day.ordinal, abs(ordinal) > 5 else { continue }
                throw .rule("no month has the day BYDAY=\(day.text)", hint: "a month's days are 1 to 5, or -1 to -5")
            }
        }
        guard frequency != .weekly || monthDays.isEmpty else {
            throw .rule("BYMONTHDAY does not go with FREQ=WEEKLY", hint: "write FREQ=MONTHLY or FREQ=DAILY")
        }
        guard !positions.isEmpty else { return }
        guard frequency != .daily else {
            throw .rule("BYSETPOS does not go with FREQ=DAILY: a day is one day", hint: "write FREQ=MONTHLY")
        }
        guard !(days.isEmpty && monthDays.isEmpty && months.isEmpty) else {
            throw .rule("BYSETPOS chooses among days that no other part names", hint: "add BYDAY or BYMONTHDAY")
        }
    }

    /// Refuses a rule whose days follow from a first day that is not said.
    private func checkBeginning() throws(WindowError) {
        if let from {
            guard lastDate.map({ from <= $0 }) ?? true else {
                throw .rule("UNTIL is before from: the rule ends before it begins")
            }
            return
        }
        let name = frequency.rawValue
        guard interval == 1 else {
            throw .rule("INTERVAL needs a first day to count from", hint: "add from, such as from: 2026-01-05")
        }
        guard frequency == .daily || !days.isEmpty || !monthDays.isEmpty else {
            throw .rule(
                "FREQ=\(name) does not say on which day",
                hint: frequency == .weekly ? "add BYDAY, or from" : "add BYDAY or BYMONTHDAY, or from")
        }
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

    init(_ text: String) throws(WindowError) {
        guard text.utf8.count <= 500 else { throw .rule("a rule has at most 500 bytes") }
        guard !text.isEmpty else { throw .rule("the rule is empty", hint: "write for example FREQ=WEEKLY;BYDAY=FR") }
        for part in text.uppercased().split(separator: ";", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(sides[0].prefix(32))
            if let instead = Self.refused[name] { throw .rule("\(name) is not supported", hint: instead) }
            guard Self.known.contains(name) else {
                throw .rule(
                    "a rule has no part '\(name)'", hint: "the parts are: " + Self.known.joined(separator: ", "))
            }
            guard sides.count == 2, !sides[1].isEmpty else { throw .rule("\(name) has no value") }
            guard values.updateValue(String(sides[1]), forKey: name) == nil else {
                throw .rule("\(name) stands twice")
            }
        }
    }

    func frequency() throws(WindowError) -> RecurrenceRule.Frequency {
        let hint = "it is one of " + RecurrenceRule.Frequency.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value = values["FREQ"] else { throw .rule("FREQ is missing", hint: hint) }
        guard let frequency = RecurrenceRule.Frequency(rawValue: value) else {
            throw .rule("FREQ=\(value.prefix(32)) is not supported", hint: hint)
        }
        return frequency
    }

    func interval() throws(WindowError) -> Int {
        guard let value = values["INTERVAL"] else { return 1 }
        guard value.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(value), (1...1000).contains(number)
        else { throw .rule("INTERVAL=\(value.prefix(32)) is not a number from 1 to 1000") }
        return number
    }

    func until() throws(WindowError) -> RecurrenceRule.Until? {
        guard let value = values["UNTIL"] else { return nil }
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
        guard let elements = values[name]?.split(separator: ",", omittingEmptySubsequences: false) else { return [] }
        guard !elements.contains("") else { throw .rule("\(name) has an empty element") }
        return elements
    }
}

extension WindowError {
    fileprivate static func rule(_ message: String, hint: String? = nil) -> WindowError {
        WindowError(field: "rrule", message: message, hint: hint)
    }
}
