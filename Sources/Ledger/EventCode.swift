/// What kinds of things the log knows. A code, once used, keeps its meaning.
public enum EventCode: String, CaseIterable, Sendable {
    /// Requests from an address did not prove who sent them; one event a minute.
    case authenticationFailed = "authentication.failed"
    /// The database was marked as a drill's, or a drill's clock was set forward.
    case drillStarted = "drill.started"
    /// Somebody new got a name.
    case subjectCreated = "subject.created"
    /// A token was made.
    case tokenCreated = "token.created"
    /// A token was made invalid.
    case tokenRevoked = "token.revoked"
}
