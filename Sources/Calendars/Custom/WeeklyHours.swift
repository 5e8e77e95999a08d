import Time
import TimeZones

/// The usual weeks of a market, and the days that differ.
struct WeeklyHours: Sendable {
    /// The hours of some days of the week.
    struct Row: Sendable {
        let days: [Weekday]
        let open: TimeOfDay
        let close: TimeOfDay
        /// Whether it opens on the calendar day before the trade date.
        let opensPreviousDay: Bool
        let breaks: [(start: TimeOfDay, end: TimeOfDay)]
        /// The first and the last trade date with these hours.
        let from: CivilDate?
        let to: CivilDate?
    }

    /// One date with another open or close.
    struct Exception: Sendable {
        let date: CivilDate
        let time: TimeOfDay
    }

    let rows: [Row]
    let holidays: [CivilDate]
    let earlyCloses: [Exception]
    let lateOpens: [Exception]

    /// The sessions of these dates.
    func days(_ dates: ClosedRange<CivilDate>, in zone: ZoneRules) throws(CalendarError) -> [TradingDay] {
        let adjusting = try adjusted(
            Adjusting(
                days: try usualDays(dates, in: zone), dates: dates, coverage: zone.coverage, zone: zone, hours: nil))
        return adjusting.days
    }

    private func usualDays(_ dates: ClosedRange<CivilDate>, in zone: ZoneRules) throws(CalendarError) -> [TradingDay] {
        let closed = Set(holidays)
        var days: [TradingDay] = []
        for number in dates.lowerBound.daysSinceEpoch...dates.upperBound.daysSinceEpoch {
            let date = CivilDate(daysSinceEpoch: number)
            guard !closed.contains(date), let index = try row(of: date),
                let session = rows[index].session(on: date, zone)
            else { continue }
            if let last = days.last?.session, session.open < last.close {
                throw CalendarError(
                    field: "weekly[\(index)].open", "the session of \(date.text) overlaps that of \(last.date.text)")
            }
            guard days.count < CalendarDocument.maximumSessions else {
                throw CalendarError(field: "to", "there are more than \(CalendarDocument.maximumSessions) sessions")
            }
            days.append(TradingDay(session, regular: session.open..<session.close))
        }
        return days
    }

    private func row(of date: CivilDate) throws(CalendarError) -> Int? {
        let found = rows.indices.filter { rows[$0].holds(date) }
        guard found.count <= 1 else {
            throw CalendarError(
                field: "weekly[\(found[1])].days", "weekly[\(found[0])] has hours for \(date.text) already")
        }
        return found.first
    }

    private func adjusted(_ start: Adjusting) throws(CalendarError) -> Adjusting {
        var adjusting = start
        for (index, exception) in earlyCloses.enumerated() {
            do { try adjusting.close(exception.date, at: exception.time) } catch {
                throw error.under("earlyCloses[\(index)]")
            }
        }
        for (index, exception) in lateOpens.enumerated() {
            do { try adjusting.open(exception.date, at: exception.time) } catch {
                throw error.under("lateOpens[\(index)]")
            }
        }
        return adjusting
    }
}

extension WeeklyHours.Row {
    fileprivate func holds(_ date: CivilDate) -> Bool {
        days.contains(date.weekday) && from.map { $0 <= date } ?? true && to.map { date <= $0 } ?? true
    }

    /// When clocks show a time that belongs to a trade date, counted in microseconds from that date's midnight: in a
    /// session that opens on the previous day, times from the open on are of that day.
    func position(of time: TimeOfDay) -> Int64 {
        time.microseconds - (opensPreviousDay && time >= open ? TimeOfDay.endOfDay.microseconds : 0)
    }

    /// The session of a date. Where clocks are set, it is the longer of what its times can stand for.
    fileprivate func session(on date: CivilDate, _ zone: ZoneRules) -> TradingSession? {
        func reading(_ time: TimeOfDay) -> LocalReading {
            zone.instant(of: position(of: time) < 0 ? date.adding(days: -1) : date, time)
        }
        // The close is the trade date's, though it may be the very time of the open.
        let (open, close) = (reading(open).earliest, zone.instant(of: date, close).latest)
        guard open < close else { return nil }
        let breaks = breaks.compactMap { pause -> Range<Instant>? in
            let (start, end) = (reading(pause.start).latest, reading(pause.end).earliest)
            return start < end ? start..<end : nil
        }
        return TradingSession(date: date, open: open, close: close, breaks: breaks)
    }
}
