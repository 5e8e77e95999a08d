import Connectors
import Promotions
import Time

/// When a Warehouse is looked at next.
struct LookTiming: Equatable, Sendable {
    /// The first repetition after a failure that may pass by itself.
    static let firstRetry = TimeSpan.seconds(10)
    /// The longest time between two looks of which the first failed, unless the interval is longer.
    static let longestRetry = TimeSpan.minutes(10)
    /// While tags are yet to be read, the next look comes soon.
    static let continuation = TimeSpan.seconds(2)

    /// After what time the next look comes.
    let pause: TimeSpan
    /// For how long nobody looks, whatever anybody hints at, because somebody asked for that.
    let rest: TimeSpan?

    /// `failures` have followed one another, with the last look's, and `chance` is drawn from 0 to 1.
    ///
    /// What may pass is tried again soon and then less and less often; what may not is tried again at the interval, and
    /// less and less often as well.
    init(interval: TimeSpan, after findings: [Finding], failures: Int, chance: Double) {
        let errors = findings.compactMap(\.failure)
        rest = errors.compactMap(\.retryAfter).max().map { min($0, Self.longest(interval)) }
        guard !errors.isEmpty else {
            let isReading = findings.contains { $0.unread > 0 }
            pause = isReading ? min(Self.continuation, interval) : interval.scaled(by: 0.9 + 0.2 * chance)
            return
        }
        let first = errors.allSatisfy(\.mayPass) ? min(Self.firstRetry, interval) : interval
        let doubled = first.scaled(by: Double(1 << min(max(failures - 1, 0), 16)))
        // From half of it on: those that failed together do not all come back together.
        let drawn = min(doubled, Self.longest(interval)).scaled(by: 0.5 + 0.5 * chance)
        pause = max(drawn, rest ?? drawn)
    }

    private static func longest(_ interval: TimeSpan) -> TimeSpan { max(longestRetry, interval) }
}

extension TimeSpan {
    fileprivate func scaled(by factor: Double) -> TimeSpan {
        TimeSpan(microseconds: Int64(Double(microseconds) * factor))
    }
}
