import Time

extension Window {
    /// A window as a manifest writes it.
    public struct Fields: Hashable, Sendable {
        /// `allow` or `deny`.
        public var kind: String?
        /// The name of a zone.
        public var timeZone: String?
        /// The days, of a window that recurs.
        public var rrule: String?
        /// The time of the day at which an occurrence starts.
        public var start: String?
        /// The time of the day at which it ends.
        public var end: String?
        /// How long it lasts, in place of `end`.
        public var duration: String?
        /// The first day of a window that recurs; the beginning of one that does not.
        public var from: String?
        /// The end of a window that does not recur.
        public var until: String?

        /// The fields' names.
        public static let names = ["kind", "timeZone", "rrule", "start", "end", "duration", "from", "until"]

        /// What a manifest writes.
        public init(
            kind: String? = nil, timeZone: String? = nil, rrule: String? = nil, start: String? = nil,
            end: String? = nil, duration: String? = nil, from: String? = nil, until: String? = nil
        ) {
            self.kind = kind
            self.timeZone = timeZone
            self.rrule = rrule
            self.start = start
            self.end = end
            self.duration = duration
            self.from = from
            self.until = until
        }
    }

    /// Reads a window; whether it ever opens and closes is for `check` to say, which knows the zone.
    public init(_ fields: Fields) throws(WindowError) {
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: " or ")
        guard let kind = Kind(rawValue: try required(fields.kind, "kind", hint: "it is \(kinds)")) else {
            throw WindowError(field: "kind", message: "'\(fields.kind?.prefix(32) ?? "")' is no kind", hint: kinds)
        }
        self.kind = kind
        timeZone = try required(fields.timeZone, "timeZone", hint: "write for example America/New_York")
        times = fields.rrule == nil ? try Self.once(fields) : try Self.recurring(fields)
    }

    private static func recurring(_ fields: Fields) throws(WindowError) -> Times {
        guard fields.until == nil else {
            throw WindowError(
                field: "until", message: "'until' is for a window without rrule", hint: "write UNTIL= in the rrule")
        }
        let start = try time(fields.start, "start")
        guard start < .endOfDay else {
            throw WindowError(field: "start", message: "no day starts at 24:00", hint: "write 00:00 of the next day")
        }
        var from: CivilDate?
        if let text = fields.from {
            from = CivilDate(written: text)
            guard from != nil else {
                throw WindowError(
                    field: "from", message: "'\(text.prefix(32))' is no day",
                    hint: "beside an rrule from is a day, such as 2026-01-05")
            }
        }
        let rule = try RecurrenceRule(parsing: fields.rrule ?? "", from: from)
        return .recurring(rule, start: start, end: try end(fields))
    }

    private static func end(_ fields: Fields) throws(WindowError) -> End {
        guard let text = fields.duration else {
            let hint = "write end, such as 17:30, or duration, such as 6h"
            return .time(try time(try required(fields.end, "end", hint: hint), "end"))
        }
        guard fields.end == nil else {
            throw WindowError(
                field: "duration", message: "'end' and 'duration' both say when it ends", hint: "write one of them")
        }
        let duration: TimeSpan
        do throws(TimeSpan.ParseError) {
            duration = try TimeSpan(parsing: text)
        } catch {
            throw WindowError(field: "duration", message: error.description)
        }
        guard duration > .seconds(0), duration <= longestDuration else {
            throw WindowError(
                field: "duration", message: "a duration is more than 0s and at most \(longestDuration.text)")
        }
        return .after(duration)
    }

    private static func once(_ fields: Fields) throws(WindowError) -> Times {
        let ofRecurring = [("start", fields.start), ("end", fields.end), ("duration", fields.duration)]
        if let stray = ofRecurring.first(where: { $0.1 != nil })?.0 {
            throw WindowError(
                field: stray, message: "'\(stray)' is for a window that recurs",
                hint: "add rrule, such as FREQ=DAILY, or write from and until alone")
        }
        return .once(from: try moment(fields.from, "from"), until: try moment(fields.until, "until"))
    }

    private static func time(_ text: String?, _ field: String) throws(WindowError) -> TimeOfDay {
        let hint = "write hh:mm, such as 17:30"
        let text = try required(text, field, hint: hint)
        guard let time = TimeOfDay(parsing: text) else {
            throw WindowError(field: field, message: "'\(text.prefix(32))' is no time of the day", hint: hint)
        }
        return time
    }

    /// Reads an instant, or a local time such as `2026-12-24T18:00`.
    private static func moment(_ text: String?, _ field: String) throws(WindowError) -> Moment {
        let hint = "write a time in the window's zone, such as 2026-12-24T18:00, or an instant with its offset"
        let text = try required(text, field, hint: hint)
        let sides = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        if sides.count == 2, let date = CivilDate(written: sides[0]), let time = TimeOfDay(parsing: String(sides[1])) {
            return .local(date, time)
        }
        do throws(Instant.ParseError) {
            return .instant(try Instant(parsing: text))
        } catch {
            throw WindowError(field: field, message: "'\(text.prefix(32))': \(error.description)", hint: hint)
        }
    }
}

private func required(_ text: String?, _ field: String, hint: String) throws(WindowError) -> String {
    guard let text else { throw WindowError(field: field, message: "'\(field)' is missing", hint: hint) }
    guard !text.isEmpty else { throw WindowError(field: field, message: "'\(field)' is empty", hint: hint) }
    return text
}
