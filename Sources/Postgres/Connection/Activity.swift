import Synchronization
import Time

/// Since when a session waits for the server; read by whoever watches for servers that went silent.
final class Activity: Sendable {
    // In nanoseconds of the monotonic clock; 0 between statements.
    private let since = Atomic<Int64>(0)

    func begin() { since.store(MonotonicTime.now().nanoseconds, ordering: .relaxed) }
    func end() { since.store(0, ordering: .relaxed) }

    /// How long the current statement has been waiting; nil between statements.
    func waiting(at now: MonotonicTime) -> TimeSpan? {
        let since = since.load(ordering: .relaxed)
        return since == 0 ? nil : now - MonotonicTime(nanoseconds: since)
    }
}
