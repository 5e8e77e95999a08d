import Identity
import Ledger

/// Who sent a request, proven.
struct Caller: Sendable {
    let token: Token
    let address: String

    var subject: Subject { token.subject }
    var grant: Grant { token.grant }

    /// The caller as the log names them.
    var actor: AuditEvent.Actor {
        .init(name: subject.name, kind: .token, token: token.id, address: address)
    }
}
