import Dispatch
import Locks
import Time

/// Requests waiting for a thread, and the threads that send them.
///
/// Each thread owns one libcurl handle, and with it the connections that its requests leave open.
final class TransferQueue: Sendable {
    typealias Completion = @Sendable (Result<HTTPClientResponse, HTTPClientError>) -> Void

    private struct Job: Sendable {
        let request: HTTPClientRequest
        let deadline: MonotonicTime
        let complete: Completion
    }

    private struct State: Sendable {
        var waiting: [Job] = []
        var idleWorkers = 0
        var workers = 0
        var isClosed = false
    }

    private enum Reaction: Sendable {
        case none, wakeWorker, startWorker
    }

    private enum Step: Sendable {
        case run(Job)
        case wait, stop
    }

    private static let maximumWorkers = 8

    private let configuration: HTTPClientConfiguration
    private let state = Guarded(State())
    private let wake = DispatchSemaphore(value: 0)

    init(_ configuration: HTTPClientConfiguration) {
        self.configuration = configuration
    }

    func submit(_ request: HTTPClientRequest, _ complete: @escaping Completion) {
        // A day at most, and no less than nothing: no clock could add the largest numbers.
        let deadline = MonotonicTime.now() + .milliseconds(Int64(min(max(request.timeoutMilliseconds, 0), 86_400_000)))
        let reaction = state.withLock { state in
            state.waiting.append(Job(request: request, deadline: deadline, complete: complete))
            return Self.react(&state)
        }
        switch reaction {
        case .none: break
        case .wakeWorker: wake.signal()
        case .startWorker: DispatchQueue(label: "http-client").async { self.work() }
        }
    }

    /// Lets the workers end when nothing waits any more.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idleWorkers = 0 }
            return state.idleWorkers
        }
        for _ in 0..<idle { wake.signal() }
    }

    private static func react(_ state: inout State) -> Reaction {
        if state.idleWorkers > 0 {
            state.idleWorkers -= 1
            return .wakeWorker
        }
        guard state.workers < maximumWorkers else { return .none }
        state.workers += 1
        return .startWorker
    }

    private func work() {
        let handle = EasyHandle()
        var step = nextStep()
        while true {
            switch step {
            case .run(let job):
                let result = run(job, on: handle)
                // Idle before the caller hears of it: the caller's next request then finds this open connection.
                step = nextStep()
                job.complete(result)
            case .wait:
                wake.wait()
                step = nextStep()
            case .stop:
                return
            }
        }
    }

    private func nextStep() -> Step {
        state.withLock { state in
            if !state.waiting.isEmpty { return .run(state.waiting.removeFirst()) }
            if state.isClosed { return .stop }
            state.idleWorkers += 1
            return .wait
        }
    }

    private func run(_ job: Job, on handle: borrowing EasyHandle) -> Result<HTTPClientResponse, HTTPClientError> {
        let left = (job.deadline - .now()).microseconds / 1_000
        guard left >= 1 else { return .failure(.timedOut) }
        do {
            return .success(try handle.perform(job.request, with: configuration, timeoutMilliseconds: Int(left)))
        } catch {
            return .failure(error)
        }
    }
}
