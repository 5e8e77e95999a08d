public import Time

/// What a promotion that waits has before it.
public struct Outlook: Hashable, Sendable {
    /// Whether it could go in now.
    public let isOpen: Bool
    /// What is missing beside time.
    public let needs: Set<GateKind>
    /// When time alone would let it in; nothing if that is not known.
    public let nextOpen: Instant?

    /// What a promotion that waits has before it.
    public init(isOpen: Bool, needs: Set<GateKind>, nextOpen: Instant?) {
        self.isOpen = isOpen
        self.needs = needs
        self.nextOpen = nextOpen
    }

    /// Whether it goes in no later than another, whatever people do.
    func isNoWorse(than other: Outlook) -> Bool {
        if isOpen { return true }
        guard needs.isSubset(of: other.needs) else { return false }
        switch (nextOpen, other.nextOpen) {
        case (let mine?, let theirs?): return mine <= theirs
        case (_, nil): return true
        case (nil, _?): return false
        }
    }
}

extension Decision {
    /// What waits by this decision has before it; nothing where that cannot be told.
    public var outlook: Outlook? {
        verdict == .unknown ? nil : Outlook(isOpen: isAllowed, needs: Set(needs), nextOpen: nextOpen)
    }
}
