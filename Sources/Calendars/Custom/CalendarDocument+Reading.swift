public import JSON
import Time

extension CalendarDocument {
    /// Room for as many sessions as there may be, with a break each.
    public static let limits = JSONLimits(depth: 8, values: 20 * maximumSessions)

    /// Reads a document of JSON; whatever it does not understand is refused with its name.
    public init(json bytes: [UInt8]) throws(CalendarError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes, limits: Self.limits) } catch {
            throw CalendarError(line: error.line, error.message, hint: "see column \(error.column)")
        }
        try self.init(value)
    }

    /// Reads a document; whatever it does not understand is refused with its name.
    public init(_ value: JSONValue) throws(CalendarError) {
        let common = ["version", "timeZone", "from", "to", "publishedThrough"]
        let reader = try DocumentReader(
            value, at: "", named: common + ["sessions", "weekly", "holidays", "earlyCloses", "lateOpens"])
        let dates = try Self.dates(
            from: try reader.required("from", reader.date("from")), to: try reader.required("to", reader.date("to")))
        let hours: Hours
        if reader.has("sessions") {
            if let other = ["weekly", "holidays", "earlyCloses", "lateOpens"].first(where: reader.has) {
                throw reader.error(other, "'\(other)' cannot stand beside 'sessions'")
            }
            hours = .sessions(try ListedSession.list(in: reader, of: dates))
        } else {
            guard reader.has("weekly") else {
                throw reader.error("sessions", "there are neither 'sessions' nor 'weekly' hours")
            }
            hours = .weekly(try WeeklyHours(reader, dates))
        }
        self.init(
            version: try reader.required("version", reader.string("version")),
            timeZone: try reader.required("timeZone", reader.string("timeZone")), dates: dates,
            publishedThrough: try reader.date("publishedThrough"), hours: hours)
    }

    static func dates(from: CivilDate, to: CivilDate) throws(CalendarError) -> ClosedRange<CivilDate> {
        guard from <= to else { throw CalendarError(field: "to", "'to' comes before 'from'") }
        return from...to
    }
}

extension ListedSession {
    fileprivate static func list(in reader: DocumentReader, of dates: ClosedRange<CivilDate>) throws(CalendarError)
        -> [ListedSession]
    {
        var sessions: [ListedSession] = []
        for element in try reader.elements("sessions", atMost: CalendarDocument.maximumSessions) {
            sessions.append(try ListedSession(element.value, at: element.path))
        }
        try sessions.check(in: dates)
        return sessions
    }

    private init(_ value: JSONValue, at path: String) throws(CalendarError) {
        let reader = try DocumentReader(
            value, at: path, named: ["date", "open", "close", "breaks", "earlyClose", "lateOpen"])
        date = try reader.required("date", reader.date("date"))
        open = try reader.instant("open")
        close = try reader.instant("close")
        var breaks: [Pause] = []
        for element in try reader.elements("breaks", atMost: 10) {
            let pause = try DocumentReader(element.value, at: element.path, named: ["start", "end"])
            breaks.append(Pause(start: try pause.instant("start"), end: try pause.instant("end")))
        }
        self.breaks = breaks
        isEarlyClose = try reader.bool("earlyClose")
        isLateOpen = try reader.bool("lateOpen")
        place = .path(path)
    }
}

extension WeeklyHours {
    fileprivate init(_ reader: DocumentReader, _ dates: ClosedRange<CivilDate>) throws(CalendarError) {
        var rows: [Row] = []
        for element in try reader.elements("weekly", atMost: 100) {
            rows.append(try Row(element.value, at: element.path))
        }
        var holidays: [CivilDate] = []
        for element in try reader.elements("holidays", atMost: CalendarDocument.maximumSessions) {
            guard let date = element.value.string.flatMap({ CivilDate(parsing: $0) }) else {
                throw CalendarError(field: element.path, "this must be a date", hint: "write YYYY-MM-DD")
            }
            guard dates.contains(date) else {
                throw CalendarError(field: element.path, "\(date.text) is outside of 'from' to 'to'")
            }
            holidays.append(date)
        }
        self.init(
            rows: rows, holidays: holidays, earlyCloses: try Self.exceptions("earlyCloses", in: reader),
            lateOpens: try Self.exceptions("lateOpens", in: reader))
    }

    private static func exceptions(_ name: String, in reader: DocumentReader) throws(CalendarError) -> [Exception] {
        var exceptions: [Exception] = []
        for element in try reader.elements(name, atMost: CalendarDocument.maximumSessions) {
            let exception = try DocumentReader(element.value, at: element.path, named: ["date", "at"])
            exceptions.append(
                Exception(
                    date: try exception.required("date", exception.date("date")), time: try exception.time("at")))
        }
        return exceptions
    }
}

extension WeeklyHours.Row {
    fileprivate init(_ value: JSONValue, at path: String) throws(CalendarError) {
        let reader = try DocumentReader(
            value, at: path, named: ["days", "open", "close", "opensPreviousDay", "breaks", "from", "to"])
        days = try Self.weekdays(in: reader)
        open = try reader.time("open")
        close = try reader.time("close")
        opensPreviousDay = try reader.bool("opensPreviousDay")
        var breaks: [(start: TimeOfDay, end: TimeOfDay)] = []
        for element in try reader.elements("breaks", atMost: 10) {
            let pause = try DocumentReader(element.value, at: element.path, named: ["start", "end"])
            breaks.append((try pause.time("start"), try pause.time("end")))
        }
        self.breaks = breaks
        from = try reader.date("from")
        to = try reader.date("to")
        try check(reader)
    }

    private static func weekdays(in reader: DocumentReader) throws(CalendarError) -> [Weekday] {
        var days: [Weekday] = []
        for element in try reader.elements("days", atMost: 7) {
            guard let day = Weekday.allCases.first(where: { $0.name == element.value.string }) else {
                throw CalendarError(
                    field: element.path, "this is no day of the week",
                    hint: "the days are: " + Weekday.allCases.map(\.name).joined(separator: ", "))
            }
            guard !days.contains(day) else { throw CalendarError(field: element.path, "\(day.name) stands twice") }
            days.append(day)
        }
        guard !days.isEmpty else { throw reader.error("days", "there must be at least one day") }
        return days
    }

    private func check(_ reader: DocumentReader) throws(CalendarError) {
        // The end of an open-ended night is the date's: only the open may lie before it.
        let close = close.microseconds
        guard position(of: open) < close else {
            throw reader.error(
                "close", "the session does not close after it opens",
                hint: "'opensPreviousDay' says that it opens on the day before")
        }
        guard close - position(of: open) <= TimeOfDay.endOfDay.microseconds else {
            throw reader.error("close", "the session is longer than 24 hours")
        }
        var last = position(of: open)
        for (index, pause) in breaks.enumerated() {
            guard last < position(of: pause.start) else {
                throw reader.error("breaks[\(index)].start", "the break does not begin inside its part of the session")
            }
            guard position(of: pause.start) < position(of: pause.end) else {
                throw reader.error("breaks[\(index)].end", "the break ends before it begins")
            }
            guard position(of: pause.end) < close else {
                throw reader.error("breaks[\(index)].end", "the break does not end inside the session")
            }
            last = position(of: pause.end)
        }
    }
}
