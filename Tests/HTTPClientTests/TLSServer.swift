import Glibc

/// An HTTPS server with a certificate that it signed itself, for the name "localhost".
final class TLSServer {
    private static let openssl = "/usr/bin/openssl"

    struct Unavailable: Error {}

    let port: Int
    let certificate: String
    private let folder: String
    private let process: pid_t

    static var isPossible: Bool { access(openssl, X_OK) == 0 }

    init() throws {
        var template = Array("/tmp/tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unavailable() }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        certificate = folder + "/certificate.pem"
        let key = folder + "/key.pem"
        let generation = try Child([
            Self.openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
            certificate,
        ])
        generation.wait()
        let server = try Child([
            Self.openssl, "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
        ])
        process = server.process
        port = try server.lines { $0.firstMatch(of: /ACCEPT .*:(\d+)/).flatMap { Int($0.1) } }
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        for file in [certificate, folder + "/key.pem"] { unlink(file) }
        rmdir(folder)
    }
}
