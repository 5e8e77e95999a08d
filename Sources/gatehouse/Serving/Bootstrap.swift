import Engine
import Identity
import JSON
import Ledger
import Postgres
import Store
import Time

/// The first token, with every role: chosen by the operator, or made once and left in a file that only they can read.
struct Bootstrap {
    private static let subjectName = "bootstrap"

    let pool: Pool
    let options: ServeOptions
    let clock: ServiceClock

    private var path: String { options.data + "/admin.token" }

    /// Sees to it that there is, or was, a bootstrap token; returns a sentence that tells where.
    func run() async throws -> String {
        if let chosen = options.adminToken { return try await use(TokenSecret(chosen)) }
        if let made = try await pool.withConnection({ try TokenStore.bootstrap($0) }) {
            return try whereItIs(hash: made.hash, isRevoked: made.isRevoked)
        }
        try Files.makePrivateDirectory(options.data)
        let secret = try TokenSecret()
        // The file comes first: a token that nobody has the secret of could never be replaced.
        try Files.writeSecret(secret.text + "\n", to: path)
        guard try await add(secret) else {
            // Unless it is the other one's: two servers may share a folder.
            if try Files.readText(path, limit: 4_096).hasPrefix(secret.text) { Files.remove(path) }
            return "another server made the admin token"
        }
        return "the admin token is in \(path)"
    }

    private func whereItIs(hash: [UInt8], isRevoked: Bool) throws -> String {
        guard !isRevoked else { return "the admin token was revoked" }
        guard Files.exists(path) else { return "the admin token is not kept here" }
        let kept = try Files.readText(path, limit: 4_096).split(whereSeparator: \.isWhitespace).first.map(String.init)
        return TokenSecret(kept ?? "").hash == hash
            ? "the admin token is in \(path)" : "the admin token is not the one in \(path)"
    }

    /// A new value replaces the one before; a value that was revoked stays so.
    private func use(_ secret: TokenSecret) async throws -> String {
        let wasUsed = try await pool.withConnection { try TokenStore.wasBootstrap(hash: secret.hash, $0) }
        if wasUsed {
            let current = try await pool.withConnection { try TokenStore.bootstrap($0) }
            return current.map { $0.isRevoked || $0.hash != secret.hash } ?? true
                ? "the admin token of GATEHOUSE_ADMIN_TOKEN was revoked: choose a new value to replace it"
                : "the admin token is that of GATEHOUSE_ADMIN_TOKEN"
        }
        guard try await add(secret, replacing: true) else {
            return "another server made the admin token: start again to replace it by that of GATEHOUSE_ADMIN_TOKEN"
        }
        return "the admin token is that of GATEHOUSE_ADMIN_TOKEN"
    }

    private func add(_ secret: TokenSecret, replacing: Bool = false) async throws -> Bool {
        let id = try TokenSecret.newTokenID()
        let name = try SubjectName(Self.subjectName)
        let (now, isDrill) = (clock.now(), clock.isDrill)
        do {
            return try await pool.transaction { connection in
                if let current = try TokenStore.bootstrap(connection), !current.isRevoked {
                    guard replacing else { return false }
                    _ = try TokenStore.revoke(current.id, by: nil, at: now, connection)
                    try AuditStore.append(event(.tokenRevoked, token: current.id, now, isDrill), connection)
                }
                let subject = try subject(name, now, isDrill, connection)
                try TokenStore.add(
                    .init(
                        id: id, name: Self.subjectName, subject: subject, hash: secret.hash, grant: Grant(roles: .all),
                        maker: nil, at: now),
                    connection)
                try AuditStore.append(event(.tokenCreated, token: id, now, isDrill), connection)
                return true
            }
        } catch let error as PostgresError where error.isUniqueViolation {
            // Two servers started on a new database at once: one of them was first.
            return false
        }
    }

    private func subject(
        _ name: SubjectName, _ now: Instant, _ isDrill: Bool, _ connection: borrowing Connection
    ) throws -> Subject {
        if case .found(let subject) = try SubjectStore.find(name, connection) { return subject }
        let subject = try SubjectStore.add(name, kind: .person, at: now, by: nil, connection)
        let created = AuditEvent(
            .subjectCreated, at: now, actor: .system,
            details: [.init("subject", .string(subject.name)), .init("kind", .string(subject.kind.rawValue))],
            isDrill: isDrill)
        try AuditStore.append(created, connection)
        return subject
    }

    private func event(_ code: EventCode, token: String, _ now: Instant, _ isDrill: Bool) -> AuditEvent {
        AuditEvent(
            code, at: now, actor: .system,
            details: [
                .init("token", .string(token)), .init("subject", .string(Self.subjectName)),
                .init("bootstrap", .bool(true)),
            ],
            isDrill: isDrill)
    }
}
