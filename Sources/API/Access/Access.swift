public import Identity

/// Who may ask an endpoint.
public enum Access: Sendable, Equatable {
    /// Everybody, without a token.
    case everybody
    /// Whoever has a valid token.
    case anyToken
    /// Whoever has one of these roles.
    case oneOf(Roles)

    /// The answer that the checked-in table has for a role.
    public func allows(_ role: Role) -> Bool {
        switch self {
        case .everybody, .anyToken: true
        case .oneOf(let roles): roles.contains(Roles([role]))
        }
    }
}
