import Synchronization

/// Since when a session waits for the server; read by whoever watches for servers that went silent.
final class Activity: Sendable {
    private let since = Atomic<Int64>(0)

    func begin() { since.store(SystemClock.monotonic, ordering: .relaxed) }
    func end() { since.store(0, ordering: .relaxed) }

    /// How long the current statement has been waiting, in microseconds; nil between statements.
    func waiting(at now: Int64) -> Int64? {
        let since = since.load(ordering: .relaxed)
        return since == 0 ? nil : now - since
    }
}
