/// Waits that double, up to a limit, each drawn at random from its upper half so that callers spread.
struct Backoff {
    private let bounds: ClosedRange<Int>
    private var next: Int

    init(milliseconds bounds: ClosedRange<Int>) {
        self.bounds = bounds
        next = bounds.lowerBound
    }

    mutating func reset() { next = bounds.lowerBound }

    /// The next wait, in microseconds.
    mutating func microseconds() -> Int64 {
        let wait = Int64(next) * 1_000
        next = min(max(1, next) * 2, bounds.upperBound)
        return wait <= 0 ? 0 : Int64.random(in: (wait / 2)...wait)
    }
}
