import Synchronization
public import Time

/// Lets so many requests pass in a second, and twice as many at once after a pause; without a lock.
///
/// The generic cell rate algorithm: one number says when the next request would be due if all came evenly.
public final class RateMeter: Sendable {
    private let interval: Int64
    private let burst: Int64
    private let due = Atomic<Int64>(0)

    /// A meter; 0 a second means without a limit.
    public init(perSecond: Int) {
        interval = perSecond > 0 ? 1_000_000_000 / Int64(perSecond) : 0
        burst = 2_000_000_000
    }

    /// Nothing if a request may pass now; otherwise how long to wait.
    public func pass(at now: MonotonicTime) -> TimeSpan? {
        guard interval > 0 else { return nil }
        var current = due.load(ordering: .relaxed)
        while true {
            let next = max(current, now.nanoseconds) + interval
            let early = next - now.nanoseconds - burst
            guard early <= 0 else { return TimeSpan(microseconds: early / 1_000 + 1) }
            let (exchanged, original) = due.weakCompareExchange(expected: current, desired: next, ordering: .relaxed)
            if exchanged { return nil }
            current = original
        }
    }
}
