import HTTPClient
import Testing

@Suite("Answers that do not come", .timeLimit(.minutes(1)))
struct FailureTests {
    @Test("nothing listens")
    func refused() async throws {
        let port = try ClosedPort()
        let error = await failure(of: request("GET", "http://127.0.0.1:\(port.number)/"))
        #expect(error == .refused(host: "127.0.0.1", port: port.number))
    }

    @Test("the server is silent", arguments: [100, 1, 0, -5, .min])
    func timedOut(milliseconds: Int) async throws {
        let server = try TestServer { _ in .silence }
        #expect(await failure(of: request("GET", server.url, timeout: milliseconds)) == .timedOut)
    }

    @Test("the longest timeout is still a number")
    func longestTimeout() async throws {
        let server = try TestServer { _ in answer("") }
        #expect(await failure(of: request("GET", server.url, timeout: .max)) == nil)
    }

    @Test("the body is as large as the limit, and one byte larger", arguments: [0, 1, 100_000])
    func bodyLimit(limit: Int) async throws {
        let server = try TestServer { request in
            answer(String(repeating: "x", count: request.contains("/more") ? limit + 1 : limit))
        }
        let response = try await client().send(request("GET", server.url, maximumBodyBytes: limit))
        #expect(response.body.count == limit)
        let error = await failure(of: request("GET", server.url + "/more", maximumBodyBytes: limit))
        #expect(error == .tooLarge(limit: limit))
    }

    @Test("the body has no announced length and no end")
    func endlessBody() async throws {
        let server = try TestServer { _ in
            .endless(first: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", then: "4\r\nxxxx\r\n")
        }
        #expect(await failure(of: request("GET", server.url)) == .tooLarge(limit: 10_000))
    }

    @Test(
        "the headers have no end, nor the interim answers",
        arguments: [
            ("HTTP/1.1 200 OK\r\n", "X-A: \(String(repeating: "x", count: 1000))\r\n"),
            ("", "HTTP/1.1 100 Continue\r\n\r\n"),
        ])
    func endlessHeaders(first: String, then: String) async throws {
        let server = try TestServer { _ in .endless(first: first, then: then) }
        #expect(await failure(of: request("GET", server.url)) == .tooLarge(limit: 65_536))
    }

    @Test("no server speaks HTTP", arguments: ["SSH-2.0-OpenSSH\r\n\r\n", "\r\n\r\n"])
    func notHTTP(text: String) async throws {
        let server = try TestServer { _ in .text(text) }
        guard case .other = await failure(of: request("GET", server.url)) else {
            Issue.record("taken for an answer")
            return
        }
    }

    @Test("no error tells a secret")
    func secrets() async throws {
        let server = try TestServer { _ in .silence }
        let port = try ClosedPort()
        let closed = port.number
        let secret = [(name: "Authorization", value: "Bearer s3cr3t")]
        let requests = [
            request("GET", "http://127.0.0.1:\(closed)/?s3cr3t", headers: secret),
            request("GET", server.url + "/s3cr3t", headers: secret, timeout: 50),
            request("GET", "http://s3cr3t@127.0.0.1/", headers: secret),
            request("GET", "http://169.254.169.254/s3cr3t", headers: secret),
            request("GET", "https://127.0.0.1:\(closed)/s3cr3t", headers: secret),
            request("GET", server.url, headers: [("Authorization", "Bearer s3cr3t\n")]),
            request("GET", server.url, headers: [("Authorization: Bearer s3cr3t", "")]),
        ]
        for request in requests {
            let error = try #require(await failure(of: request))
            #expect(!"\(error)".contains("s3cr3t") && !String(reflecting: error).contains("s3cr3t"), "\(error)")
        }
    }
}
