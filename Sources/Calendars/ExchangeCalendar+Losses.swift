public import Time

extension ExchangeCalendar {
    /// How many sessions that end after an instant have trading which another issue of the calendar does not have: where
    /// gates were closed, and would not be any more.
    public func sessionsLost(in other: ExchangeCalendar, after instant: Instant) -> Int {
        sessions.count { session in
            guard session.close > instant else { return false }
            let parts = other.session(on: session.date)?.parts ?? []
            return !session.parts.allSatisfy { part in
                part.upperBound <= instant
                    || parts.contains { $0.lowerBound <= part.lowerBound && part.upperBound <= $0.upperBound }
            }
        }
    }
}
