import Time
import TimeZones

/// The days of a calendar while some of them are changed.
struct Adjusting {
    private(set) var days: [TradingDay]
    private let dates: ClosedRange<CivilDate>
    private let coverage: Range<Instant>
    private let zone: ZoneRules
    private let hours: ExtendedHours?

    init(_ calendar: ExchangeCalendar) {
        self.init(
            days: calendar.days, dates: calendar.dates, coverage: calendar.coverage, zone: calendar.zone,
            hours: calendar.hours)
    }

    init(
        days: [TradingDay], dates: ClosedRange<CivilDate>, coverage: Range<Instant>, zone: ZoneRules,
        hours: ExtendedHours?
    ) {
        self.days = days
        self.dates = dates
        self.coverage = coverage
        self.zone = zone
        self.hours = hours
    }

    /// Makes a change, or says why it would be none.
    mutating func apply(_ adjustment: Adjustment) throws(CalendarError) {
        switch (adjustment.kind, adjustment.time, adjustment.until) {
        case (.closed, nil, nil): try remove(adjustment.date)
        case (.earlyClose, .some(let time), nil): try close(adjustment.date, at: time)
        case (.lateOpen, .some(let time), nil): try open(adjustment.date, at: time)
        case (.extraSession, .some(let time), .some(let until)):
            try add(adjustment.date, from: time, until: until)
        case (.closed, .some, _): throw CalendarError(field: "at", "a closed day has no time")
        case (_, nil, _): throw CalendarError(field: "at", "\(adjustment.kind.rawValue) needs a time", hint: "hh:mm")
        case (.extraSession, _, nil): throw CalendarError(field: "until", "an extra session needs an end")
        default: throw CalendarError(field: "until", "only an extra session has an end")
        }
    }

    /// Takes a session away.
    mutating func remove(_ date: CivilDate) throws(CalendarError) {
        days.remove(at: try index(of: date))
    }

    /// Lets a session end earlier.
    mutating func close(_ date: CivilDate, at time: TimeOfDay) throws(CalendarError) {
        let index = try index(of: date)
        let close = try instant(of: time, within: days[index].session, \.latest)
        let (session, regular) = (days[index].session, days[index].regular)
        let upper = min(regular.upperBound, close)
        try replace(
            index, parts: session.parts.compactMap { $0.clamped(to: session.open..<close).unlessEmpty },
            regular: min(regular.lowerBound, upper)..<upper, isEarlyClose: true, isLateOpen: session.isLateOpen)
    }

    /// Lets a session begin later.
    mutating func open(_ date: CivilDate, at time: TimeOfDay) throws(CalendarError) {
        let index = try index(of: date)
        let open = try instant(of: time, within: days[index].session, \.earliest)
        let (session, regular) = (days[index].session, days[index].regular)
        let lower = max(regular.lowerBound, open)
        try replace(
            index, parts: session.parts.compactMap { $0.clamped(to: open..<session.close).unlessEmpty },
            regular: lower..<max(regular.upperBound, lower), isEarlyClose: session.isEarlyClose, isLateOpen: true)
    }

    /// Adds trading, on a day without a session or beside what there is.
    mutating func add(_ date: CivilDate, from time: TimeOfDay, until end: TimeOfDay) throws(CalendarError) {
        try checkIsCovered(date)
        let (start, end) = (zone.instant(of: date, time).earliest, zone.instant(of: date, end).latest)
        guard start < end else { throw CalendarError(field: "until", "the extra session ends before it begins") }
        guard coverage.lowerBound <= start, end <= coverage.upperBound else {
            throw CalendarError(field: "at", "the extra session lies outside of what the calendar covers")
        }
        let index = place(of: date)
        let isThere = index < days.count && days[index].session.date == date
        let others = [index - 1, isThere ? index + 1 : index].filter(days.indices.contains).map { days[$0].session }
        if let other = others.first(where: { start < $0.close && $0.open < end }) {
            throw CalendarError(field: "at", "the extra session overlaps that of \(other.date.text)")
        }
        if isThere {
            let (session, regular) = (days[index].session, days[index].regular)
            let parts = Self.union(session.parts + [start..<end])
            guard parts != session.parts else {
                throw CalendarError(field: "at", "there is trading all that time on \(date.text) already")
            }
            try replace(
                index, parts: parts, regular: regular, isEarlyClose: session.isEarlyClose,
                isLateOpen: session.isLateOpen)
        } else {
            days.insert(day(TradingSession(date: date, open: start, close: end), regular: start..<end), at: index)
        }
    }

    private mutating func replace(
        _ index: Int, parts: [Range<Instant>], regular: Range<Instant>, isEarlyClose: Bool, isLateOpen: Bool
    ) throws(CalendarError) {
        let session = days[index].session
        guard let changed = session.trading(in: parts, isEarlyClose: isEarlyClose, isLateOpen: isLateOpen) else {
            throw CalendarError(field: "at", "no session of \(session.date.text) would be left")
        }
        days[index] = day(changed, regular: regular)
    }

    private func day(_ session: TradingSession, regular: Range<Instant>) -> TradingDay {
        hours?.around(session, regular: regular, in: zone) ?? TradingDay(session, regular: regular)
    }

    /// A session may open on the day before its date, or close on the day after.
    private func instant(
        of time: TimeOfDay, within session: TradingSession, _ reading: KeyPath<LocalReading, Instant>
    ) throws(CalendarError) -> Instant {
        for days in [0, -1, 1] {
            let instant = zone.instant(of: session.date.adding(days: days), time)[keyPath: reading]
            if session.open < instant, instant < session.close { return instant }
        }
        let (open, close) = (zone.local(at: session.open).time.text, zone.local(at: session.close).time.text)
        throw CalendarError(
            field: "at", "\(time.text) is not inside the session of \(session.date.text), which is \(open) to \(close)")
    }

    private func checkIsCovered(_ date: CivilDate) throws(CalendarError) {
        guard dates.contains(date) else {
            throw CalendarError(
                field: "date",
                "the calendar covers \(dates.lowerBound.text) to \(dates.upperBound.text), not \(date.text)")
        }
    }

    private func index(of date: CivilDate) throws(CalendarError) -> Int {
        try checkIsCovered(date)
        let index = place(of: date)
        guard index < days.count, days[index].session.date == date else {
            throw CalendarError(field: "date", "there is no session on \(date.text)")
        }
        return index
    }

    /// The number of the first session on that date or later.
    private func place(of date: CivilDate) -> Int {
        var (low, high) = (0, days.count)
        while low < high {
            let middle = (low + high) / 2
            if days[middle].session.date < date { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func union(_ ranges: [Range<Instant>]) -> [Range<Instant>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, range in
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
    }
}

extension Range<Instant> {
    fileprivate var unlessEmpty: Range? { isEmpty ? nil : self }
}
