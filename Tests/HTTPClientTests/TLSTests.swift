import Glibc
import HTTPClient
import Testing

@Suite("TLS", .enabled(if: TLSServer.isPossible, "openssl is not installed"), .timeLimit(.minutes(1)))
struct TLSTests {
    @Test("a certificate is trusted by the file of trusted ones, and by nothing else")
    func trust() async throws {
        let server = try TLSServer()
        let url = "https://localhost:\(server.port)/"
        let trusting = client(caFile: server.certificate)
        #expect(try await trusting.send(request("GET", url)).status == 200)
        expectTLS(await failure(of: request("GET", url)))
    }

    @Test("a certificate is not trusted for another name")
    func otherName() async throws {
        let server = try TLSServer()
        let trusting = client(caFile: server.certificate)
        expectTLS(await failure(of: request("GET", "https://127.0.0.1:\(server.port)/"), from: trusting))
    }

    @Test("a file of trusted certificates that is missing trusts nobody")
    func missingFile() async throws {
        let server = try TLSServer()
        let trusting = client(caFile: "/nowhere/ca.pem")
        expectTLS(await failure(of: request("GET", "https://localhost:\(server.port)/"), from: trusting))
    }

    private func expectTLS(_ error: HTTPClientError?) {
        guard case .tls(let message) = error, !message.isEmpty else {
            Issue.record("not refused for its certificate: \(String(describing: error))")
            return
        }
    }
}
