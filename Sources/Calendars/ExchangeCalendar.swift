public import Time
public import TimeZones

/// When a market trades: every session of the dates it covers, as tables, so that any question is a search.
public final class ExchangeCalendar: Sendable {
    /// The market's name, such as `XNYS`.
    public let id: String
    /// Which issue of the list this is.
    public let version: String
    /// The market's time zone.
    public let zone: ZoneRules
    /// The instants at which it is known what the market does. Outside nothing is.
    public let coverage: Range<Instant>
    /// The trade dates that are covered.
    public let dates: ClosedRange<CivilDate>
    /// The last date that the exchange has published; later ones are projected. Nothing if all are published.
    public let publishedThrough: CivilDate?
    /// The core sessions, by date.
    public let sessions: [TradingSession]
    /// The adjustments that it rests on.
    public let adjustments: [Adjustment]

    let days: [TradingDay]
    let hours: ExtendedHours?
    private let table: SessionTable
    private let projectedFrom: Instant?

    /// A calendar of these days, which are in order and do not overlap.
    init(
        id: String, version: String, zone: ZoneRules, coverage: Range<Instant>, dates: ClosedRange<CivilDate>,
        publishedThrough: CivilDate?, hours: ExtendedHours?, days: [TradingDay], adjustments: [Adjustment] = []
    ) {
        self.id = id
        self.version = version
        self.zone = zone
        self.coverage = coverage
        self.dates = dates
        self.publishedThrough = publishedThrough
        self.hours = hours
        self.days = days
        self.adjustments = adjustments
        sessions = days.map(\.session)
        table = SessionTable(days)
        projectedFrom = publishedThrough.map { zone.midnight(of: $0.adding(days: 1)) }
    }

    /// The kinds of trading that it tells of; a gate that is closed in another one would never be closed.
    public var kinds: [SessionKind] { hours == nil ? [.core] : SessionKind.allCases }

    /// What the market does at an instant; nothing outside the coverage.
    public func status(at instant: Instant) -> CalendarStatus? {
        guard coverage.contains(instant) else { return nil }
        let found = table.search(instant)
        let session = found.day.map { sessions[$0] }
        let date = session?.date ?? zone.local(at: instant).date
        let next = table.transition(after: found.index).flatMap { $0.at < coverage.upperBound ? $0 : nil }
        return CalendarStatus(
            session: found.session, date: date,
            isEarlyClose: (session ?? self.session(on: date))?.isEarlyClose == true, nextTransition: next,
            confidence: confidence(at: instant))
    }

    /// The core sessions of these trade dates, both included.
    public func sessions(from first: CivilDate, through last: CivilDate) -> ArraySlice<TradingSession> {
        let start = index(of: first)
        return sessions[start..<max(start, index(of: last.adding(days: 1)))]
    }

    /// The core session of a trade date.
    public func session(on date: CivilDate) -> TradingSession? {
        let index = index(of: date)
        return index < sessions.count && sessions[index].date == date ? sessions[index] : nil
    }

    /// Whether what is said of an instant has been published by the exchange.
    public func confidence(at instant: Instant) -> Confidence {
        projectedFrom.map { instant < $0 } ?? true ? .published : .projected
    }

    /// The session table as text, for a checksum: a line for each session with its date, open, close and breaks.
    public var canonicalText: String {
        var text = ""
        for session in sessions {
            text += "\(session.date.text),\(session.open.text),\(session.close.text)"
            for pause in session.breaks { text += ",\(pause.lowerBound.text),\(pause.upperBound.text)" }
            text += "\n"
        }
        return text
    }

    /// The number of the first session on that date or later.
    private func index(of date: CivilDate) -> Int {
        var (low, high) = (0, sessions.count)
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].date < date { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ZoneRules {
    /// The first instant of a day.
    func midnight(of date: CivilDate) -> Instant {
        instant(of: date, TimeOfDay(0, 0)).earliest
    }
}
