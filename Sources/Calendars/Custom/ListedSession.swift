import Time
import TimeZones

/// A session as a document lists it, with its place there.
struct ListedSession: Sendable {
    /// Where a session was said: the way to it in JSON, or a line of CSV.
    enum Place: Sendable {
        case path(String)
        case line(Int)
    }

    /// A part of a session that something may be wrong with.
    enum Part: Sendable {
        case date, open, close, breakStart(Int), breakEnd(Int)
    }

    /// A pause, before anything is known of its order.
    struct Pause: Sendable {
        let start: Instant
        let end: Instant
    }

    let date: CivilDate
    let open: Instant
    let close: Instant
    let breaks: [Pause]
    let isEarlyClose: Bool
    let isLateOpen: Bool
    let place: Place

    /// What is wrong with a part, in the words of the form in which it was said.
    func error(_ part: Part, _ message: String, hint: String? = nil) -> CalendarError {
        switch place {
        case .path(let path): CalendarError(field: "\(path).\(part.member)", message, hint: hint)
        case .line(let line): CalendarError(field: part.column, line: line, message, hint: hint)
        }
    }

    /// What can be wrong with a session by itself.
    func check(in dates: ClosedRange<CivilDate>) throws(CalendarError) {
        guard dates.contains(date) else {
            throw error(
                .date, "\(date.text) is outside of \(dates.lowerBound.text) to \(dates.upperBound.text)",
                hint: "'from' and 'to' say what the calendar covers")
        }
        guard open < close else { throw error(.close, "the session of \(date.text) does not close after it opens") }
        var last = open
        for (index, pause) in breaks.enumerated() {
            guard last < pause.start else {
                throw error(.breakStart(index), "the break does not begin inside its part of the session")
            }
            guard pause.start < pause.end else { throw error(.breakEnd(index), "the break ends before it begins") }
            guard pause.end < close else {
                throw error(.breakEnd(index), "the break does not end inside the session")
            }
            last = pause.end
        }
    }

    /// What can be wrong with a session that comes after another one.
    func check(after previous: ListedSession) throws(CalendarError) {
        guard previous.date < date else {
            throw error(
                .date, "\(date.text) does not come after \(previous.date.text)",
                hint: "list the sessions by date, one for each; a pause is a break")
        }
        guard previous.close <= open else {
            throw error(.open, "the session overlaps that of \(previous.date.text)")
        }
    }
}

extension ListedSession.Part {
    fileprivate var member: String {
        switch self {
        case .date: "date"
        case .open: "open"
        case .close: "close"
        case .breakStart(let index): "breaks[\(index)].start"
        case .breakEnd(let index): "breaks[\(index)].end"
        }
    }

    fileprivate var column: String {
        switch self {
        case .date: "date"
        case .open: "open_utc"
        case .close: "close_utc"
        case .breakStart: "break_start_utc"
        case .breakEnd: "break_end_utc"
        }
    }
}

extension [ListedSession] {
    /// What can be wrong with sessions before their zone is known.
    func check(in dates: ClosedRange<CivilDate>) throws(CalendarError) {
        for (index, session) in enumerated() {
            try session.check(in: dates)
            if index > 0 { try session.check(after: self[index - 1]) }
        }
    }

    /// The sessions, if each lies within a day of its date.
    func days(in zone: ZoneRules) throws(CalendarError) -> [TradingDay] {
        var days: [TradingDay] = []
        for session in self {
            guard zone.midnight(of: session.date) - .days(1) <= session.open else {
                throw session.error(.open, "the session opens more than 24 hours before \(session.date.text) begins")
            }
            guard session.close <= zone.midnight(of: session.date.adding(days: 1)) + .days(1) else {
                throw session.error(.close, "the session closes more than 24 hours after \(session.date.text) ends")
            }
            let range = session.open..<session.close
            days.append(
                TradingDay(
                    TradingSession(
                        date: session.date, open: session.open, close: session.close,
                        breaks: session.breaks.map { $0.start..<$0.end }, isEarlyClose: session.isEarlyClose,
                        isLateOpen: session.isLateOpen),
                    regular: range))
        }
        return days
    }
}
