import Time

/// How far a Freight has come with what one Stage, or a list of them, asks of it.
///
/// A list that wants all is as far as its last, a list that wants one as far as its first.
struct Reach {
    /// The Stages that it rests on.
    enum Level {
        /// All is done.
        case done([String])
        /// Time alone does the rest.
        case soaking(String, until: Instant)
        /// Verified, but it left too soon: it has to go there again.
        case left([String])
        /// Not verified.
        case missing([String])
    }

    let level: Level
    /// Since when enough have verified it.
    let verifiedSince: Instant?

    var availability: FreightFacts.Availability {
        switch level {
        case .done(let stages): .verified(in: stages)
        case .soaking(let stage, let until): .soaking(in: stage, until: until)
        case .left(let stages): .notSoaked(in: stages)
        case .missing(let stages): .notVerified(in: stages)
        }
    }

    /// How far it has come in one Stage.
    static func inside(_ stage: String, _ stay: Stay?, soak: TimeSpan, at instant: Instant) -> Reach {
        guard let stay, stay.isVerified(at: instant) else { return Reach(level: .missing([stage]), verifiedSince: nil) }
        let level: Level =
            switch stay.soaked(for: soak, at: instant) {
            case nil: .left([stage])
            case let end? where instant < end: .soaking(stage, until: end)
            case _?: .done([stage])
            }
        return Reach(level: level, verifiedSince: stay.verifiedAt)
    }

    /// How far it has come with a list of which all, or one, must be done; an empty list is never done.
    static func together(_ members: [Reach], _ strategy: FreightRequest.Strategy) -> Reach? {
        guard let first = members.first else { return nil }
        return members.dropFirst().reduce(first) { $0.joined($1, strategy) }
    }

    private func joined(_ other: Reach, _ strategy: FreightRequest.Strategy) -> Reach {
        let level: Level =
            if level.rank == other.level.rank {
                level.merged(other.level, strategy)
            } else if (level.rank < other.level.rank) == (strategy == .oneOf) {
                level
            } else {
                other.level
            }
        return Reach(level: level, verifiedSince: since(verifiedSince, other.verifiedSince, strategy))
    }

    private func since(_ one: Instant?, _ other: Instant?, _ strategy: FreightRequest.Strategy) -> Instant? {
        switch (one, other, strategy) {
        case (let one?, let other?, .all): max(one, other)
        case (let one?, let other?, .oneOf): min(one, other)
        case (_, _, .all): nil
        case (_, _, .oneOf): one ?? other
        }
    }
}

extension Reach.Level {
    /// The further it has come, the lower.
    fileprivate var rank: Int {
        switch self {
        case .done: 0
        case .soaking: 1
        case .left: 2
        case .missing: 3
        }
    }

    /// What two of one rank say together.
    fileprivate func merged(_ other: Self, _ strategy: FreightRequest.Strategy) -> Self {
        switch (self, other) {
        case (.done(let one), .done(let more)): .done(one.with(more))
        case (.soaking(_, let one), .soaking(_, let more)): (one <= more) == (strategy == .oneOf) ? self : other
        case (.left(let one), .left(let more)): .left(one.with(more))
        case (.missing(let one), .missing(let more)): .missing(one.with(more))
        default: self
        }
    }
}

extension [String] {
    /// These and those that are new among others.
    fileprivate func with(_ others: [String]) -> [String] {
        self + others.filter { !contains($0) }
    }
}
