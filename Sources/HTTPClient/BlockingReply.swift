import Dispatch
import Locks

/// The result of one request, for a thread that has nothing else to do.
final class BlockingReply: Sendable {
    private let result = Guarded<Result<HTTPClientResponse, HTTPClientError>?>(nil)
    private let arrived = DispatchSemaphore(value: 0)

    func deliver(_ result: Result<HTTPClientResponse, HTTPClientError>) {
        self.result.withLock { $0 = result }
        arrived.signal()
    }

    func wait() -> Result<HTTPClientResponse, HTTPClientError> {
        arrived.wait()
        return result.withLock { $0 } ?? .failure(.other("The request ended without a result; try again."))
    }
}
