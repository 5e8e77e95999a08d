import Glibc
import Time

/// How one life of the postmaster went.
struct ChildOutcome {
    var wasReady = false
    private(set) var reason = ""
    private var text = ""
    private var timeOut: String?

    init() {}

    /// It could not even be started.
    init(_ error: ClusterError) {
        reason = error.message
    }

    /// It was given up; what it answered last.
    mutating func timedOut(_ reason: String) {
        timeOut = reason
    }

    mutating func end(code: Int32, lines: [String]) {
        text = lines.joined(separator: "; ")
        let cause = code < 0 ? "PostgreSQL was ended by signal \(-code)" : "PostgreSQL ended with code \(code)"
        let last = lines.last { $0.contains("FATAL") || $0.contains("PANIC") } ?? lines.last
        reason = last.map { "\(cause): \($0)" } ?? cause
    }

    /// Backends of a killed postmaster still hold its memory, or it died without a word of its own.
    var isWorthRetrying: Bool {
        timeOut == nil && (text.contains("shared memory block") || text.contains("lock file"))
    }

    func error(in layout: Layout) -> ClusterError {
        if text.contains("No space left on device") { return Files.diskFull(layout.directory) }
        let start = timeOut.map { "PostgreSQL was not ready in time: \($0)" } ?? reason
        return ClusterError(.startFailed, "\(start); its log is \(layout.log)")
    }
}

/// The signals of a shutdown: fast, then immediate, then none to refuse.
struct ShutdownSteps {
    private var steps: [(signal: Int32, after: TimeSpan)]
    private var started: MonotonicTime?

    init(limit milliseconds: Int) {
        let limit = Int64(milliseconds)
        steps = [
            (SIGINT, .seconds(0)), (SIGQUIT, .milliseconds(limit)), (SIGKILL, .milliseconds(limit + 5_000)),
        ]
    }

    /// The signal that is due now, once each.
    mutating func next(at now: MonotonicTime) -> Int32? {
        let start = started ?? now
        started = start
        guard let step = steps.first, now - start >= step.after else { return nil }
        return steps.removeFirst().signal
    }
}
