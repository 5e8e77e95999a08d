import CMicroHTTPD

/// The connection's end of a stream: what libmicrohttpd reads from, and the task that produces.
final class StreamSource: Sendable {
    let stream = ResponseStream()
    // Unchecked: used only inside `read`, which libmicrohttpd calls on the connection's own thread.
    nonisolated(unsafe) private let connection: OpaquePointer
    private let producer: Task<Void, Never>

    init(connection: OpaquePointer, produce: @escaping @Sendable (ResponseStream) async -> Void) {
        self.connection = connection
        let stream = stream
        producer = Task {
            await produce(stream)
            stream.finish()
        }
    }

    func read(into buffer: UnsafeMutablePointer<CChar>, atMost size: Int) -> Int {
        switch stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size), for: connection) {
        case .bytes(let count): count
        case .end: gh_mhd_end_of_stream
        case .broken: gh_mhd_broken_stream
        case .later: 0
        }
    }

    /// Called when the response is no longer needed, whether it was sent or not.
    func abandon() {
        stream.breakOff()
        producer.cancel()
    }
}
