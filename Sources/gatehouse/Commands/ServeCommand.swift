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
        Task {
            do {
                try await serving.start()
            } catch {
                failure.stop(because: "\(error)")
            }
        }
        _ = Machine.waitForStop()
        // Whoever asks twice does not want to wait.
        BackgroundThread { _exit(Machine.waitForStop() == SIGINT ? 130 : 143) }.start()
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
    private let first = Guarded<String?>(nil)

    var reason: String? { first.withLock { $0 } }

    /// Ends the program the way an operator would, so that everything is stopped in order.
    func stop(because reason: String) {
        first.withLock { $0 = $0 ?? reason }
        kill(getpid(), SIGTERM)
    }
}
