import Dispatch
import Glibc
import Locks

extension Command {
    static let serve = Command(
        name: "serve", operands: "", summary: "Runs the server, with a PostgreSQL of its own unless told otherwise.",
        options: ServeOptions.options
    ) { arguments, terminal in
        let options = try ServeOptions(arguments, terminal)
        Machine.raiseDescriptorLimit()
        Machine.holdStopSignals()
        let failure = Failure()
        let serving = Serving(options) { reason in failure.stop(because: reason) }
        let start = Task {
            do {
                try await serving.start()
            } catch {
                failure.stop(because: "\(error)")
            }
        }
        _ = Machine.waitForStop()
        failure.close()
        start.cancel()
        // Whoever asks twice does not want to wait.
        BackgroundThread.start("second-stop") { _exit(Machine.waitForStop() == SIGINT ? 130 : 143) }
        let stopped = DispatchSemaphore(value: 0)
        Task {
            await serving.stop()
            stopped.signal()
        }
        stopped.wait()
        guard let reason = failure.reason else { return 0 }
        terminal.complain("gatehouse: \(reason)")
        return 1
    }
}

/// Why a server had to stop by itself.
private final class Failure: Sendable {
    private struct State {
        var reason: String?
        var isClosed = false
    }

    private let state = Guarded(State())

    var reason: String? { state.withLock { $0.reason } }

    /// Ends the program the way an operator would, so that everything is stopped in order. Only the first reason counts:
    /// a second signal would end the program at once.
    func stop(because reason: String) {
        let isFirst = state.withLock { state in
            guard state.reason == nil, !state.isClosed else { return false }
            state.reason = reason
            return true
        }
        if isFirst { kill(getpid(), SIGTERM) }
    }

    /// From here on the server is stopping: what fails now fails because of that.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
