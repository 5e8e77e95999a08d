import Dispatch

/// Sends HTTP requests.
///
/// Only `http` and `https`; redirects are answers like any other; certificates are always checked; link-local
/// addresses, where cloud machines keep their credentials, are never connected to. The proxies that the environment
/// names are used, except for loopback and link-local addresses.
///
/// Transfers run on threads of their own, eight at most, and keep their connections for the next request.
public final class HTTPClient: Sendable {
    private let queue: TransferQueue

    /// Makes a client, which connects to nothing yet.
    public init(_ configuration: HTTPClientConfiguration) {
        queue = TransferQueue(configuration)
    }

    deinit { queue.close() }

    /// Sends a request and waits for the whole answer, whatever its status; no thread of the caller's waits.
    ///
    /// The request's timeout counts from here. A cancelled task's request goes on until it is answered or timed out.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let result = await withCheckedContinuation { continuation in
            queue.submit(request) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Sends a request and blocks the calling thread until the whole answer is here: for the command line.
    public func sendBlocking(_ request: HTTPClientRequest) throws(HTTPClientError) -> HTTPClientResponse {
        let reply = BlockingReply()
        queue.submit(request) { reply.deliver($0) }
        return try reply.wait().get()
    }
}
