public import Time

/// Proof of who somebody is, without the secret itself.
public final class Token: Sendable {
    /// The public name of the token.
    public let id: String
    /// What its maker calls it.
    public let name: String
    /// Whom it belongs to.
    public let subject: Subject
    /// Further names of the subject.
    public let alsoKnownAs: [String]
    /// What it may do.
    public let grant: Grant
    /// The names of its roles: asked for with every answer about it.
    public let roleNames: [String]
    /// Whether it is the one that came with the installation.
    public let isBootstrap: Bool
    /// The subject that made it; nothing for the bootstrap token.
    public let createdBy: Subject?
    /// When it was made.
    public let createdAt: Instant
    /// When it was last seen, give or take a minute.
    public let lastUsedAt: Instant?

    /// A token as the store knows it.
    public init(
        id: String, name: String, subject: Subject, alsoKnownAs: [String], grant: Grant, isBootstrap: Bool,
        createdBy: Subject?, createdAt: Instant, lastUsedAt: Instant?
    ) {
        self.id = id
        self.name = name
        self.subject = subject
        self.alsoKnownAs = alsoKnownAs
        self.grant = grant
        roleNames = grant.roles.list.map(\.rawValue)
        self.isBootstrap = isBootstrap
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }

    /// The same token in a place of its own: references to one that many threads use are dear to count.
    public convenience init(copying token: Token) {
        self.init(
            id: token.id, name: token.name, subject: token.subject, alsoKnownAs: token.alsoKnownAs, grant: token.grant,
            isBootstrap: token.isBootstrap, createdBy: token.createdBy, createdAt: token.createdAt,
            lastUsedAt: token.lastUsedAt)
    }
}
