/// A break-glass grant, as far as a decision goes.
public struct Override: Hashable, Sendable {
    /// The grant's name.
    public let id: String
    /// The gates that it passes, by name.
    public let covers: Set<String>
    /// Whether it passes what cannot be told, which another person must have approved.
    public let coversUnknown: Bool
    /// Where it stands.
    public let state: OverrideState

    /// A break-glass grant.
    public init(id: String, covers: Set<String>, coversUnknown: Bool = false, state: OverrideState = .approved) {
        self.id = id
        self.covers = covers
        self.coversUnknown = coversUnknown
        self.state = state
    }
}

extension Decision {
    /// The gates that its override passes, which would not let in without.
    public var coveredGates: [String] { gates.filter(\.isCovered).map(name(of:)) }

    /// The override that is used up where this lets in: nothing where it would let in without, or has been used for it.
    public var overrideToSpend: Override? {
        guard isAllowed, !isObserved, gates.contains(where: \.isCovered), override?.state == .approved else {
            return nil
        }
        return override
    }
}
