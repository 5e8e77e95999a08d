import Glibc
import HTTPClient
import Testing

@Suite("Requests that are not sent", .timeLimit(.minutes(1)))
struct RefusalTests {
    @Test(
        "a URL must be http or https, with a host and without a user",
        arguments: [
            "", "nowhere", "/path", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/",
            "http://a/\r\nX: y", "http://127.0.0.1/\u{0}", "http://127.0.0.1:99999/",
            "http://user@127.0.0.1/", "http://user:secret@127.0.0.1/",
            "HTTP//127.0.0.1", "javascript:alert(1)",
        ])
    func badURL(url: String) async {
        #expect(await failure(of: request("GET", url)) == .badURL)
    }

    @Test(
        "a link-local address is not connected to, however it is written",
        arguments: [
            "169.254.169.254", "169.254.0.1:8080", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "169.254.43518",
            "[fe80::1]", "[FEBF:ffff::1]", "[fe80::1%25lo]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
        ])
    func linkLocal(host: String) async {
        #expect(await failure(of: request("GET", "http://\(host)/latest/meta-data")) == .linkLocalRefused)
    }

    @Test(
        "a line break or NUL cannot make another header or request",
        arguments: [
            ("GET", "X-A", "a\r\nX-B: b"), ("GET", "X-A", "a\nb"), ("GET", "X-A", "a\rb"), ("GET", "X-A", "a\u{0}b"),
            ("GET", "X-A: b\r\nX-B", "c"), ("GET", "X A", "b"), ("GET", "", "b"), ("GET", "É", "b"),
            ("GET / HTTP/1.1\r\nX: y\r\n\r\nGET", "X-A", "b"), ("", "X-A", "b"),
        ])
    func injection(method: String, name: String, value: String) async throws {
        let server = try TestServer { _ in answer("") }
        let error = await failure(of: request(method, server.url, headers: [(name, value)]))
        guard case .other = error else {
            Issue.record("not refused: \(String(describing: error))")
            return
        }
        #expect(server.log.connections == 0)
    }

    @Test("nor can the client's name")
    func userAgent() async throws {
        let server = try TestServer { _ in answer("") }
        let client = HTTPClient(HTTPClientConfiguration(userAgent: "a\r\nb: c"))
        #expect(await failure(of: request("GET", server.url), from: client) != nil)
        #expect(server.log.connections == 0)
    }

    @Test("a proxy of the environment is not asked for this machine's addresses, nor for link-local ones")
    func proxy() async throws {
        await #expect(processExitsWith: .success) {
            let server = try TestServer { _ in answer("direct") }
            let closed = try ClosedPort()
            setenv("http_proxy", "http://127.0.0.1:\(closed.number)", 1)
            let local = try await client().send(request("GET", "http://127.0.0.1:\(server.port)"))
            let named = try await client().send(request("GET", "http://localhost:\(server.port)"))
            precondition(local.status == 200 && named.status == 200)
            let linkLocal = await failure(of: request("GET", "http://169.254.1.1/"))
            precondition(linkLocal == .linkLocalRefused)
            guard case .refused = await failure(of: request("GET", "http://192.0.2.1/")) else {
                preconditionFailure("the proxy was not asked for another address")
            }
        }
    }
}
