import CMicroHTTPD

/// The answers to requests that libmicrohttpd itself cannot read: problems like all others, in the place of its pages.
enum ErrorPages {
    static func install() {
        gh_mhd_set_error_maker { connection, status in
            guard let connection, let watch = ConnectionWatch.of(connection) else { return nil }
            return ErrorPages.make(status: Int(status), watch.worker.configuration)
        }
    }

    private static func make(status: Int, _ configuration: ServerConfiguration) -> OpaquePointer? {
        let problem = problem(status: status)
        let response = problem.response(requestID: nil, remarks: configuration.problemRemarks)
        guard case .bytes(let bytes) = response.body else { return nil }
        return makeResponse(bytes, headers: response.headers + configuration.headers)
    }

    private static func problem(status: Int) -> Problem {
        switch status {
        case 413: Problem(.tooLarge, "the body says that it is larger than any that can be taken")
        case 414: Problem(.targetTooLong, "the path and query are longer than the server takes")
        case 431: Problem(.headersTooLarge, "the headers are larger than the server takes")
        case 501: Problem(.notImplemented, "the server does not do what the request asks for")
        case 505: Problem(.badVersion, "the request must say HTTP/1.1 or HTTP/1.0")
        default: Problem(.malformed, "a line of the request, or a chunk of its body, breaks HTTP's rules")
        }
    }
}
