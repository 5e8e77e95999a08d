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
        self.status = status
        let now = MonotonicTime.now()
        worker.served.count(route: route, status: status, duration: now - started)
        stopWaiting()
        watch.mustGetOn(by: now + worker.configuration.answerTimeout)
    }

    /// Hands an answer over to libmicrohttpd.
    func queue(_ response: Response, on connection: OpaquePointer) -> MHD_Result {
        noteAnswer(status: response.status)
        switch response.body {
        case .bytes(let bytes):
            guard let handle = ResponseHandle(bytes) else { return .NO }
            return finish(handle, response, on: connection)
        case .stream(let produce):
            if method == "HEAD" {
                guard let handle = ResponseHandle([]) else { return .NO }
                return finish(handle, response, on: connection)
            }
            let source = StreamSource(connection: connection, produce: produce)
            guard let handle = ResponseHandle(reading: source) else { return .NO }
            // A stream may last, but not on a client that takes nothing of it.
            watch.mustGetOn(by: nil)
            let silence = max(worker.configuration.answerTimeout.microseconds / 1_000_000, 1)
            gh_mhd_end_if_silent(connection, UInt32(silence))
            wait(for: .stream(source.stream))
            return finish(handle, response, on: connection)
        }
    }

    private func finish(_ handle: borrowing ResponseHandle, _ response: Response, on connection: OpaquePointer)
        -> MHD_Result
    {
        for header in response.headers { handle.add(header) }
        for header in worker.configuration.headers { handle.add(header) }
        handle.add(Header("X-Request-Id", requestID))
        if worker.core.isDraining { handle.add(Header("Connection", "close")) }
        return handle.queue(on: connection, status: response.status)
    }
}
