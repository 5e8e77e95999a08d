import HTTPServer
import Observability

/// The files of the server's certificate. They are read again when they change, as they do at each renewal.
struct CertificateFiles {
    private let certificate: String
    private let key: String

    init?(certificate: String?, key: String?) throws(UsageError) {
        guard let certificate, let key else {
            guard certificate == nil, key == nil else {
                throw UsageError(description: "--tls-cert and --tls-key go together")
            }
            return nil
        }
        self.certificate = certificate
        self.key = key
    }

    func load() throws {
        try HTTPServer.useCertificate(
            chain: Files.read(certificate, limit: 1 << 20), key: Files.read(key, limit: 1 << 20))
    }

    /// Watches until the task is cancelled; a certificate that cannot be used leaves the one before.
    func watch(_ log: Log) async {
        var seen = fingerprint
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(2))
            let now = fingerprint
            guard now != seen else { continue }
            seen = now
            do {
                try load()
                log.info("the certificate was read again", ("file", .text(certificate)))
            } catch {
                log.error("the new certificate cannot be used; the one before stays", ("error", .text("\(error)")))
            }
        }
    }

    private var fingerprint: [Int64] {
        Files.fingerprint(certificate) + Files.fingerprint(key)
    }
}
