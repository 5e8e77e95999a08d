import Time

/// Server-Sent Events over a stream.
public struct EventStream: Sendable {
    private let stream: ResponseStream

    /// Sends one event; `id` is what a client sends back as `Last-Event-ID` when it comes again.
    public func send(id: String? = nil, event: String? = nil, data: [UInt8]) async throws(StreamClosed) {
        var bytes: [UInt8] = []
        if let id { bytes += Array("id: \(id)\n".utf8) }
        if let event { bytes += Array("event: \(event)\n".utf8) }
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes += Array("data: ".utf8) + line + [UInt8(ascii: "\n")]
        }
        bytes.append(UInt8(ascii: "\n"))
        try await stream.write(bytes)
    }

    /// An answer of events that `produce` sends. A comment every few seconds keeps the connection, and finds out that
    /// the client has gone.
    public static func response(
        heartbeat: Duration = .seconds(15), producedBy produce: @escaping @Sendable (EventStream) async -> Void
    ) -> Response {
        var response = Response(contentType: "text/event-stream") { stream in
            await withTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        guard (try? await stream.write(Array(":\n\n".utf8))) != nil else { return }
                        try? await Task.sleep(for: heartbeat)
                    }
                }
                group.addTask { await produce(EventStream(stream: stream)) }
                await group.next()
                group.cancelAll()
            }
        }
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }
}
