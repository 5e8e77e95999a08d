import HTTPClient
import Locks
import Testing

@Suite("A request and its answer", .timeLimit(.minutes(1)))
struct ExchangeTests {
    @Test("the server sees the request as described, and the caller the answer")
    func whole() async throws {
        let server = try TestServer { _ in answer("pong", status: "418 Teapot", headers: "X-One:  a b \r\nx-one: é\r\n")
        }
        let response = try await client().send(
            request("GET", server.url + "/ping?a=b%20c#part", headers: [("Authorization", "Bearer t"), ("X-None", "")]))
        #expect(response.status == 418)
        #expect(response.body == Array("pong".utf8))
        #expect(response.headers.map { "\($0.name)=\($0.value)" } == ["Content-Length=4", "X-One=a b", "x-one=é"])
        #expect(
            server.log.requests == [
                "GET /ping?a=b%20c HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nAccept: */*\r\n"
                    + "User-Agent: tests/1\r\nAuthorization: Bearer t\r\nX-None:\r\n\r\n"
            ])
    }

    @Test(
        "a body is sent as it is, with its length and no type but the caller's",
        arguments: [
            ("POST", "{\"a\":1}", "Content-Length: 7"), ("PUT", "x", "Content-Length: 1"),
            ("POST", "", "Content-Length: 0"), ("POST", nil, "Content-Length: 0"), ("PATCH", nil, "Content-Length: 0"),
            ("DELETE", nil, nil), ("DELETE", "gone", "Content-Length: 4"), ("GET", nil, nil),
        ])
    func bodies(method: String, body: String?, length: String?) async throws {
        let server = try TestServer { _ in answer("") }
        _ = try await client().send(request(method, server.url + "/", body: body))
        let seen = try #require(server.log.requests.first)
        #expect(seen.hasPrefix("\(method) / HTTP/1.1\r\n") && seen.hasSuffix("\r\n\r\n\(body ?? "")"))
        #expect(seen.contains("Content-Length") == (length != nil) && seen.contains(length ?? ""))
        #expect(!seen.contains("Content-Type") && !seen.contains("Expect"))
    }

    @Test(
        "a successful answer's body goes to whoever wants it piece by piece, a refusal's stays in the answer",
        arguments: [("200 OK", "pong", ""), ("403 Forbidden", "", "pong")])
    func pieces(status: String, taken: String, kept: String) async throws {
        let server = try TestServer { _ in answer("pong", status: status) }
        let pieces = Guarded<[UInt8]>([])
        let response = try await client().send(
            HTTPClientRequest(
                url: server.url, timeoutMilliseconds: 20_000, maximumBodyBytes: 4,
                receive: { piece in
                    pieces.withLock { $0 += piece }
                    return true
                }))
        #expect(pieces.withLock { $0 } == Array(taken.utf8))
        #expect(response.body == Array(kept.utf8))
    }

    @Test("whoever takes the body can end the transfer")
    func ended() async throws {
        let server = try TestServer { _ in answer("pong") }
        let request = HTTPClientRequest(
            url: server.url, timeoutMilliseconds: 20_000, maximumBodyBytes: 4, receive: { _ in false })
        let failure = await failure(of: request)
        #expect(failure != nil)
    }

    @Test("the caller's content type is sent once")
    func contentType() async throws {
        let server = try TestServer { _ in answer("") }
        let headers = [(name: "content-type", value: "application/json")]
        _ = try await client().send(request("POST", server.url, headers: headers, body: "{}"))
        let lines = server.log.requests.joined().split(separator: "\r\n").filter { $0.lowercased().contains("-type") }
        #expect(lines == ["content-type: application/json"])
    }

    @Test("an answer to HEAD has a length and no body")
    func head() async throws {
        let server = try TestServer { _ in .text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") }
        let response = try await client().send(request("HEAD", server.url))
        #expect(response.body.isEmpty && response.headers.map(\.value) == ["5"])
    }

    @Test("a redirect is an answer, and not followed")
    func redirect() async throws {
        let server = try TestServer { _ in answer("", status: "302 Found", headers: "Location: /other\r\n") }
        #expect(try await client().send(request("GET", server.url)).status == 302)
        #expect(server.log.requests.count == 1)
    }

    @Test("headers of an interim answer are not those of the answer")
    func interim() async throws {
        let server = try TestServer { _ in
            .text("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 None\r\nA: b\r\n\r\n")
        }
        let response = try await client().send(request("GET", server.url))
        #expect(response.status == 204 && response.headers.map(\.name) == ["A"])
    }

    @Test("a thread may wait for its answer itself, on a kept connection")
    func blocking() throws {
        let server = try TestServer { _ in answer("pong") }
        let client = client()
        for _ in 1...3 { #expect(try client.sendBlocking(request("GET", server.url)).body == Array("pong".utf8)) }
        #expect(server.log.connections == 1)
        #expect(throws: HTTPClientError.badURL) { try client.sendBlocking(request("GET", "nowhere")) }
    }
}
