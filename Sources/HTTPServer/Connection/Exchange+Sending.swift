import CMicroHTTPD
import Time

extension Exchange {
    /// Answers before the body has come: what is left of it could be taken for a request.
    func queueAndClose(_ problem: Problem, on connection: OpaquePointer) -> MHD_Result {
        var response = problemResponse(problem)
        response.headers.append(Header("Connection", "close"))
        return queue(response, on: connection)
    }

    /// Hands an answer over that never changes.
    func queue(_ fixed: FixedAnswer, on connection: OpaquePointer) -> MHD_Result {
        noteAnswer(status: fixed.status)
        return gh_mhd_queue(connection, UInt32(fixed.status), fixed.pointer)
    }

    private func noteAnswer(status: Int) {
        record.status = status
        let now = MonotonicTime.now()
        core.requestsServed.count(route: record.route, status: status, duration: now - started)
        stopWaiting()
        watch?.mustGetOn(by: now + core.configuration.answerTimeout)
    }

    /// Hands an answer over to libmicrohttpd.
    func queue(_ response: Response, on connection: OpaquePointer) -> MHD_Result {
        noteAnswer(status: response.status)
        switch response.body {
        case .bytes(let bytes):
            guard let handle = ResponseHandle(copying: bytes) else { return .NO }
            return finish(handle, response, on: connection)
        case .stream(let produce):
            if record.method == "HEAD" {
                guard let handle = ResponseHandle(copying: []) else { return .NO }
                return finish(handle, response, on: connection)
            }
            let source = StreamSource(connection: connection, produce: produce)
            guard let handle = ResponseHandle(reading: source) else { return .NO }
            watch?.mustGetOn(by: nil)
            wait(for: .stream(source.stream))
            return finish(handle, response, on: connection)
        }
    }

    private func finish(_ handle: borrowing ResponseHandle, _ response: Response, on connection: OpaquePointer)
        -> MHD_Result
    {
        for header in response.headers { handle.add(header) }
        for header in core.configuration.headers { handle.add(header) }
        handle.add(Header("X-Request-Id", requestID))
        if core.isDraining { handle.add(Header("Connection", "close")) }
        return handle.queue(on: connection, status: response.status)
    }
}
