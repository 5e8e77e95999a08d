import Synchronization
public import Time

/// Counts of answered requests, by route and class of status, and how long they took.
public final class RequestsServed: Sendable {
    /// The upper bounds of the buckets of durations, in microseconds; one more is without bound.
    public static let bounds: [Int64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 1_000_000, 10_000_000,
    ]

    /// The counts of one route.
    public struct Counts: Sendable {
        /// Answers by the first digit of the status, 1 to 5, at the indices 0 to 4.
        public let byClass: [Int64]
        /// Answers by duration, each bucket alone, the last without bound.
        public let byDuration: [Int64]
        /// The sum of all durations.
        public let total: TimeSpan
    }

    fileprivate final class Cell: Sendable {
        let byClass: InlineArray<5, Atomic<Int64>> = .init { _ in Atomic(0) }
        let byDuration: InlineArray<12, Atomic<Int64>> = .init { _ in Atomic(0) }
        let microseconds = Atomic<Int64>(0)
    }

    /// What one thread counts, by route; the last is of what found no route.
    final class Share: Sendable {
        fileprivate let cells: [Cell]

        init(routes: Int) {
            cells = (0...routes).map { _ in Cell() }
        }

        func count(route: Int?, status: Int, duration: TimeSpan) {
            let cell = cells[route ?? cells.count - 1]
            let bucket = bounds.firstIndex { duration.microseconds <= $0 } ?? bounds.count
            cell.byClass[min(max(status / 100, 1), 5) - 1].wrappingAdd(1, ordering: .relaxed)
            cell.byDuration[bucket].wrappingAdd(1, ordering: .relaxed)
            cell.microseconds.wrappingAdd(duration.microseconds, ordering: .relaxed)
        }
    }

    private let shares: [Share]

    init(_ shares: [Share]) {
        self.shares = shares
    }

    /// The counts of a route; of what found no route, without one.
    public func counts(route: Int?) -> Counts {
        let cells = shares.map { $0.cells[route ?? $0.cells.count - 1] }
        func sum(_ read: (Cell) -> Int64) -> Int64 { cells.reduce(0) { $0 + read($1) } }
        return Counts(
            byClass: (0..<5).map { index in sum { $0.byClass[index].load(ordering: .relaxed) } },
            byDuration: (0..<12).map { index in sum { $0.byDuration[index].load(ordering: .relaxed) } },
            total: TimeSpan(microseconds: sum { $0.microseconds.load(ordering: .relaxed) }))
    }
}
