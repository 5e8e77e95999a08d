import Glibc
import HTTPClient
import PostgresTesting
import Testing

@Suite(.enabled(if: access("/usr/bin/openssl", X_OK) == 0, "skipped: openssl is not there")) struct CertificateTests {
    /// Puts a new certificate for 127.0.0.1, signed by itself, in the place of the one before.
    private nonisolated(nonsending) func makeCertificate(named name: String, in folder: String) async throws {
        let outcome = try await Program.call(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj",
                "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder)/key.new", "-out",
                "\(folder)/certificate.new",
            ])
        try #require(outcome.code == 0)
        for file in ["key", "certificate"] { rename("\(folder)/\(file).new", "\(folder)/\(file).pem") }
        // What clients trust stays where it is when the server's files change.
        _ = try await Program.call("cp", ["\(folder)/certificate.pem", "\(folder)/\(name).pem"])
    }

    /// Whether the server shows the certificate of that name. Each call is a handshake of its own.
    private nonisolated(nonsending) func shows(_ name: String, _ url: String, _ folder: String) async -> Bool {
        let http = HTTPClient(HTTPClientConfiguration(caFile: "\(folder)/\(name).pem", userAgent: "gatehouse-tests"))
        return (try? await Client(url: url, http: http).get("/livez").status) == 200
    }

    @Test func aCertificateIsReadAgainAndABrokenOneIsNot() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    try await makeCertificate(named: "first", in: folder)
                    let server = try await Gatehouse.start(
                        data: folder + "/data",
                        [
                            "--database", database.serverURL, "--tls-cert", folder + "/certificate.pem", "--tls-key",
                            folder + "/key.pem", "--listen", "127.0.0.1:0",
                        ], environment: ["GATEHOUSE_ADMIN_TOKEN": freshSecret()])
                    #expect(server.url.hasPrefix("https://"))
                    await #expect(shows("first", server.url, folder))
                    try await makeCertificate(named: "second", in: folder)
                    try await eventually("the new one is shown") { await shows("second", server.url, folder) }
                    await #expect(!shows("first", server.url, folder))
                    let file = try #require(fopen(folder + "/certificate.pem", "w"))
                    fputs("broken", file)
                    fclose(file)
                    try await eventually("it says so") {
                        server.logged("the new certificate cannot be used; the one before stays")
                    }
                    await #expect(shows("second", server.url, folder))
                    try await server.stop()
                }
            }
        }
    }

    @Test func aServerDoesNotStartWithABrokenCertificate() async throws {
        try await withFolder { folder in
            for name in ["certificate", "key"] {
                let file = try #require(fopen("\(folder)/\(name)", "w"))
                fputs("broken", file)
                fclose(file)
            }
            let outcome = try await Program.run([
                "serve", "--data", folder + "/data", "--tls-cert", folder + "/certificate", "--tls-key",
                folder + "/key", "--listen",
                "127.0.0.1:0",
            ])
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("certificate"))
        }
    }
}
