import Crypto
import Engine
import Identity
import Ledger
import Observability
import Postgres
import Store

/// The key that signs the log: a file that was named, else the one in DATA. For a log that has none yet it is made.
struct AuditKey {
    static let fileLimit = 64 * 1_024

    let pool: Pool
    let options: ServeOptions

    /// The keys; nothing where another server's key signs, and this one was not given it.
    func keys() async throws -> SealingKeys? {
        let path = options.auditKey ?? options.data + "/audit.key"
        if options.auditKey == nil, !Files.exists(path) {
            guard try await pool.withConnection({ try CheckpointStore.keys($0).isEmpty }) else { return nil }
            try Files.makePrivateDirectory(options.data)
            let signer = try LogSigner(name: "gatehouse/" + TokenSecret.newTokenID(), secret: Ed25519.PrivateKey())
            try Files.writeSecret(signer.text + "\n", to: path)
            options.log.info("the audit log is signed by the key in \(path)", ("key", .text(signer.key.text)))
        }
        let text = try Files.readText(path, limit: Self.fileLimit)
        do throws(LogKey.Malformed) {
            return try SealingKeys(parsing: text)
        } catch {
            throw Files.Failure(description: "\(path): \(error)")
        }
    }
}

/// The file with the last checkpoint that this server saw.
struct CheckpointFile: CheckpointKeeping {
    let path: String

    func read() throws -> KeptCheckpoint? {
        guard Files.exists(path) else { return nil }
        guard let kept = KeptCheckpoint(parsing: try Files.readText(path, limit: AuditKey.fileLimit)) else {
            throw Files.Failure(
                description:
                    "\(path) is no checkpoint any more: find out why, compare the log with one kept elsewhere, "
                    + "and remove the file")
        }
        return kept
    }

    func write(_ kept: KeptCheckpoint) throws {
        try Files.writeSecret(kept.text, to: path)
    }
}
