import Time

extension Window {
    /// Reads a window, or tells all that is wrong with its fields; whether it ever opens and closes is for `check` to
    /// say, which knows the zone.
    public init(_ fields: Fields) throws(WindowErrors) {
        var reader = WindowReader(fields)
        let (kind, timeZone, times) = (reader.kind(), reader.timeZone(), reader.times())
        guard let kind, let timeZone, let times, reader.mistakes.isEmpty else {
            throw WindowErrors(errors: reader.mistakes)
        }
        (self.kind, self.timeZone, self.times) = (kind, timeZone, times)
    }
}

/// Reads the fields of a window, and goes on after a mistake.
private struct WindowReader {
    private(set) var mistakes: [WindowError] = []
    private let fields: Window.Fields

    init(_ fields: Window.Fields) {
        self.fields = fields
    }

    mutating func kind() -> Window.Kind? {
        let kinds = Window.Kind.allCases.map(\.rawValue).joined(separator: " or ")
        guard let text = required(fields.kind, "kind", hint: "it is \(kinds)") else { return nil }
        return Window.Kind(rawValue: text) ?? refuse("kind", "'\(text.prefix(32))' is no kind", hint: kinds)
    }

    mutating func timeZone() -> String? {
        required(fields.timeZone, "timeZone", hint: "write for example America/New_York")
    }

    mutating func times() -> Window.Times? {
        let timesOfDay = [("start", fields.start), ("end", fields.end), ("duration", fields.duration)]
            .filter { isSaid($0.1, $0.0) }.map(\.0)
        let isOnce = isSaid(fields.from, "from") && isSaid(fields.until, "until")
        // Times of the day without two moments are a window that recurs, whose rule was forgotten.
        let recurs = isSaid(fields.rrule, "rrule") || (!timesOfDay.isEmpty && !isOnce)
        return recurs ? recurring() : once(without: timesOfDay)
    }

    // MARK: A window that recurs

    private mutating func recurring() -> Window.Times? {
        if isSaid(fields.until, "until") {
            note("until", "'until' is for a window without rrule", hint: "write UNTIL= in the rrule")
        }
        let (rule, start, end) = (rule(), start(), end())
        guard let rule, let start, let end else { return nil }
        return .recurring(rule, start: start, end: end)
    }

    private mutating func rule() -> RecurrenceRule? {
        let from = firstDay()
        let hint = "add one, such as FREQ=DAILY, or write from and until alone"
        guard let text = required(fields.rrule, "rrule", hint: hint) else { return nil }
        var mistakes: [WindowError] = []
        let rule = RecurrenceRule(reading: text, from: from, &mistakes)
        // A first day that cannot be read is one all the same.
        if mistakes.isEmpty, let rule, from != nil || !isSaid(fields.from, "from") {
            mistakes = rule.mistakesOfBeginning
        }
        self.mistakes += mistakes
        return rule
    }

    private mutating func firstDay() -> CivilDate? {
        guard let text = fields.from else { return nil }
        return CivilDate(written: text)
            ?? refuse(
                "from", "'\(text.prefix(32))' is no day", hint: "beside an rrule from is a day, such as 2026-01-05")
    }

    private mutating func start() -> TimeOfDay? {
        guard let start = time(fields.start, "start") else { return nil }
        return start < .endOfDay
            ? start : refuse("start", "no day starts at 24:00", hint: "write 00:00 of the next day")
    }

    private mutating func end() -> Window.End? {
        guard isSaid(fields.duration, "duration") else {
            let hint = "write end, such as 17:30, or duration, such as 6h"
            return required(fields.end, "end", hint: hint).flatMap { time($0, "end") }.map { .time($0) }
        }
        if let end = fields.end {
            note("duration", "'end' and 'duration' both say when it ends", hint: "write one of them")
            _ = time(end, "end")
        }
        return fields.duration.flatMap { duration($0) }.map { .after($0) }
    }

    private mutating func duration(_ text: String) -> TimeSpan? {
        do throws(TimeSpan.ParseError) {
            let duration = try TimeSpan(parsing: text)
            if duration > .seconds(0), duration <= Window.longestDuration { return duration }
            return refuse("duration", "a duration is more than 0s and at most \(Window.longestDuration.text)")
        } catch {
            return refuse("duration", error.description)
        }
    }

    private mutating func time(_ text: String?, _ field: String) -> TimeOfDay? {
        let hint = "write hh:mm, such as 17:30"
        guard let text = required(text, field, hint: hint) else { return nil }
        return TimeOfDay(parsing: text)
            ?? refuse(field, "'\(text.prefix(32))' is no time of the day", hint: hint)
    }

    // MARK: A window that does not recur

    private mutating func once(without timesOfDay: [String]) -> Window.Times? {
        for field in timesOfDay {
            note(
                field, "'\(field)' is for a window that recurs",
                hint: "add rrule, such as FREQ=DAILY, or write from and until alone")
        }
        let (from, until) = (moment(fields.from, "from"), moment(fields.until, "until"))
        guard let from, let until else { return nil }
        return .once(from: from, until: until)
    }

    /// Reads an instant, or a local time such as `2026-12-24T18:00`.
    private mutating func moment(_ text: String?, _ field: String) -> Window.Moment? {
        let hint = "write a time in the window's zone, such as 2026-12-24T18:00, or an instant with its offset"
        guard let text = required(text, field, hint: hint) else { return nil }
        let sides = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        if sides.count == 2, let date = CivilDate(written: sides[0]), let time = TimeOfDay(parsing: String(sides[1])) {
            return .local(date, time)
        }
        do throws(Instant.ParseError) {
            return .instant(try Instant(parsing: text))
        } catch {
            return refuse(field, "'\(text.prefix(32))': \(error.description)", hint: hint)
        }
    }

    // MARK: Mistakes

    /// Whether a field is there, be it that its text is not known.
    private func isSaid(_ text: String?, _ field: String) -> Bool {
        text != nil || fields.unread.contains(field)
    }

    private mutating func required(_ text: String?, _ field: String, hint: String) -> String? {
        guard let text else {
            return isSaid(text, field) ? nil : refuse(field, "'\(field)' is missing", hint: hint)
        }
        return text.isEmpty ? refuse(field, "'\(field)' is empty", hint: hint) : text
    }

    private mutating func note(_ field: String, _ message: String, hint: String? = nil) {
        mistakes.append(WindowError(field: field, message: message, hint: hint))
    }

    /// Notes what is wrong with a field, which therefore has no value.
    private mutating func refuse<Value>(_ field: String, _ message: String, hint: String? = nil) -> Value? {
        note(field, message, hint: hint)
        return nil
    }
}
