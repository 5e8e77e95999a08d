public import Time

extension ExchangeCalendar {
    /// How many whole days from now on are known; negative once none is.
    public func horizonDays(at now: Instant) -> Int64 {
        let left = (coverage.upperBound - now).microseconds
        let day = TimeSpan.days(1).microseconds
        return left >= 0 ? left / day : (left + 1) / day - 1
    }
}
