/// A condition that did not come true in time.
public struct NeverHappened: Error, CustomStringConvertible {
    /// What was waited for.
    public let description: String
}

/// Waits until the condition holds, looking every few milliseconds; a test fails when it never does.
public nonisolated(nonsending) func eventually(
    _ what: String, within limit: Duration = .seconds(30),
    _ condition: nonisolated(nonsending) () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverHappened(description: "never happened: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
