import Glibc
import Locks
import Time

/// The thread that starts PostgreSQL, reads what it prints, and starts it again when it dies.
///
/// One thread for as long as the cluster lives: the kernel ends the child when the thread that started it ends.
final class Supervisor: Sendable {
    private struct Control {
        var isStopping = false
        var state = EmbeddedCluster.State.starting
        var processID: Int32?
        var onReady: CheckedContinuation<SocketAddress, any Error>?
    }

    private let options: ClusterOptions
    private let onStateChange: @Sendable (EmbeddedCluster.State) -> Void
    private let wake: Wake
    private let control = Guarded(Control())
    private let ending = Ending()

    init(
        _ options: ClusterOptions, wake: Wake, onStateChange: @escaping @Sendable (EmbeddedCluster.State) -> Void
    ) {
        self.options = options
        self.wake = wake
        self.onStateChange = onStateChange
    }

    var state: EmbeddedCluster.State { control.withLock { $0.state } }
    var processID: Int32? { control.withLock { $0.processID } }

    /// Starts the thread and waits until PostgreSQL serves, or cannot.
    func start() async throws -> SocketAddress {
        try await withCheckedThrowingContinuation { continuation in
            control.withLock { $0.onReady = continuation }
            guard BackgroundThread.start("postmaster", { self.run() }) else {
                return fail(ClusterError(.startFailed, "no thread can be started"))
            }
        }
    }

    func requestStop() {
        control.withLock { $0.isStopping = true }
        wake.ring()
    }

    func stopped() async {
        await ending.wait()
    }

    // MARK: The thread

    private func run() {
        do throws(ClusterError) {
            try serve()
            finish(.stopped)
        } catch {
            fail(error)
        }
    }

    /// From the lock to its release: whoever waits for the end may lock the directory at once.
    private func serve() throws(ClusterError) {
        let cluster = try PreparedCluster(options)
        try supervise(cluster)
        cluster.cleanUp()
    }

    private func supervise(_ cluster: borrowing PreparedCluster) throws(ClusterError) {
        var backoff = Backoff(milliseconds: 20...5_000)
        var log = LogFile(path: cluster.layout.log, bytesMax: options.logBytesMax)
        let startDeadline = MonotonicTime.now() + .milliseconds(Int64(options.startLimit))
        var wasReady = false
        while !isStopping {
            let outcome: ChildOutcome
            do throws(ClusterError) {
                outcome = try live(cluster, &log, deadline: wasReady ? nil : startDeadline)
            } catch {
                // Once it has served, what keeps it from starting may pass.
                guard wasReady else { throw error }
                outcome = ChildOutcome(error)
            }
            if outcome.wasReady {
                wasReady = true
                backoff.reset()
            }
            if isStopping { break }
            guard wasReady || outcome.isWorthRetrying && MonotonicTime.now() < startDeadline else {
                throw outcome.error(in: cluster.layout)
            }
            become(.restarting(reason: outcome.reason))
            wake.wait(microseconds: backoff.microseconds())
        }
        if !wasReady { throw ClusterError(.stopped, "PostgreSQL was stopped before it was ready") }
    }

    /// One life of the child, from its start to its end.
    private func live(
        _ cluster: borrowing PreparedCluster, _ log: inout LogFile, deadline: MonotonicTime?
    ) throws(ClusterError) -> ChildOutcome {
        try cluster.clearLeftovers()
        log.forgetLines()
        let child = try cluster.spawn()
        control.withLock { $0.processID = child.processID }
        defer { control.withLock { $0.processID = nil } }
        return watch(child, cluster, &log, deadline: deadline)
    }

    /// Follows the child to its end.
    private func watch(
        _ child: borrowing Child, _ cluster: borrowing PreparedCluster, _ log: inout LogFile, deadline: MonotonicTime?
    ) -> ChildOutcome {
        var outcome = ChildOutcome()
        var shutdown = ShutdownSteps(limit: options.stopLimit)
        var interval: Int32 = 2
        while true {
            let isWaiting = !outcome.wasReady || isStopping
            if wait(for: child, milliseconds: isWaiting ? interval : child.end < 0 ? 50 : 1_000) {
                wake.clear()
            }
            interval = min(interval + 1, 25)
            if let output = child.readOutput() { log.append(output) }
            if let code = child.reap() {
                while let output = child.readOutput(), !output.isEmpty { log.append(output) }
                outcome.end(code: code, lines: log.lastLines)
                return outcome
            }
            if isStopping {
                if let signal = shutdown.next(at: .now()) { child.signal(signal) }
            } else if !outcome.wasReady {
                if let reason = cluster.whyNotReady() {
                    guard let deadline, MonotonicTime.now() > deadline else { continue }
                    outcome.timedOut(reason)
                    if let signal = shutdown.next(at: .now()) { child.signal(signal) }
                } else {
                    outcome.wasReady = true
                    ready(cluster.address)
                }
            }
        }
    }

    /// True if the wake was rung.
    private func wait(for child: borrowing Child, milliseconds: Int32) -> Bool {
        var events = [child.output, child.end, wake.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        _ = poll(&events, nfds_t(events.count), milliseconds)
        return events[2].revents != 0
    }

    // MARK: What others see

    private var isStopping: Bool { control.withLock { $0.isStopping } }

    private func become(_ state: EmbeddedCluster.State) {
        control.withLock { $0.state = state }
        onStateChange(state)
    }

    private func ready(_ address: SocketAddress) {
        become(.ready)
        let waiter = control.withLock { control in
            defer { control.onReady = nil }
            return control.onReady
        }
        waiter?.resume(returning: address)
    }

    private func fail(_ error: ClusterError) {
        let waiter = control.withLock { control in
            defer { control.onReady = nil }
            return control.onReady
        }
        finish(.failed(reason: error.message))
        waiter?.resume(throwing: error)
    }

    private func finish(_ state: EmbeddedCluster.State) {
        become(state)
        ending.come()
    }
}
