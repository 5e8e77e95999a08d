public import Time

extension ExchangeCalendar {
    /// How many whole days from now on are known; negative once none is.
    public func horizonDays(at now: Instant) -> Int64 {
        Self.days(from: now, to: coverage.upperBound)
    }

    /// How many whole days from now on the exchange has published; negative once all is projected. Nothing where all that is
    /// known is published.
    public func publishedDays(at now: Instant) -> Int64? {
        guard let publishedThrough, publishedThrough < dates.upperBound else { return nil }
        return Self.days(from: now, to: zone.midnight(of: publishedThrough.adding(days: 1)))
    }

    private static func days(from now: Instant, to end: Instant) -> Int64 {
        let left = (end - now).microseconds
        let day = TimeSpan.days(1).microseconds
        return left >= 0 ? left / day : (left + 1) / day - 1
    }
}
