import HTTPClient

/// A client as most tests want it.
func client(caFile: String? = nil) -> HTTPClient {
    HTTPClient(HTTPClientConfiguration(caFile: caFile, userAgent: "tests/1"))
}

/// A request as most tests want it: enough time for a busy machine, and a small answer.
func request(
    _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: String? = nil,
    timeout: Int = 20_000, maximumBodyBytes: Int = 10_000
) -> HTTPClientRequest {
    HTTPClientRequest(
        method: method, url: url, headers: headers, body: body.map { Array($0.utf8) }, timeoutMilliseconds: timeout,
        maximumBodyBytes: maximumBodyBytes)
}

/// An answer with a body.
func answer(_ body: String, status: String = "200 OK", headers: String = "") -> TestServer.Answer {
    .text("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
}

/// The error of a request, or nil if it was answered.
func failure(of request: HTTPClientRequest, from client: HTTPClient = client()) async -> HTTPClientError? {
    do {
        _ = try await client.send(request)
        return nil
    } catch {
        return error
    }
}
