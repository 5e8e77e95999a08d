public import Calendars
public import Time

/// One condition on entering a Stage, as its policy writes it.
public struct GateRule: Hashable, Sendable {
    /// What the gate looks at.
    public enum Kind: Hashable, Sendable {
        /// An exchange's sessions.
        case market(MarketRule)
        /// Hours and days.
        case window(Window)
        /// People who say yes to a Freight.
        case approval(ApprovalRule)
        /// How long the Freight has been verified upstream.
        case soak(TimeSpan)
        /// What a suite has found of a Freight.
        case verification(VerificationRule)
    }

    /// The gate's name, which no other gate of the Stage has.
    public let name: String
    /// What it looks at.
    public let kind: Kind

    /// A gate of that name.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Names that belong to the gates that every Stage has.
    public static let reservedNames: Set<String> = ["stage", "freight", "freeze", "availability", "argocd-window"]
}

/// Closed during an exchange's sessions.
public struct MarketRule: Hashable, Sendable {
    /// The exchange's calendar.
    public let calendar: String
    /// The sessions during which the gate is closed, each with its margins.
    public let closedIn: [ClosedSession]

    /// Closed during these sessions.
    public init(calendar: String, closedIn: [ClosedSession] = [ClosedSession(kind: .core)]) {
        self.calendar = calendar
        self.closedIn = closedIn
    }
}

/// Open when enough people have said yes.
public struct ApprovalRule: Hashable, Sendable {
    /// How many distinct persons.
    public let required: Int
    /// How long their word counts; nothing means for ever.
    public let validFor: TimeSpan?

    /// Open when so many have said yes.
    public init(required: Int, validFor: TimeSpan? = nil) {
        self.required = required
        self.validFor = validFor
    }
}

/// Open when a suite has passed.
public struct VerificationRule: Hashable, Sendable {
    /// Whether what is found counts, or is only told.
    public enum Mode: String, CaseIterable, Sendable {
        /// Only passed lets in.
        case enforcing
        /// It is told, and closes nothing.
        case advisory
    }

    /// When the suite is run.
    public enum Run: String, CaseIterable, Sendable {
        /// As soon as there is Freight.
        case onFreight
        /// When somebody first wants the Freight in.
        case onAsk
        /// When somebody says so.
        case manual
    }

    /// The suite.
    public let suite: String
    /// How old what was found may be; nothing means as old as it likes.
    public let maxAge: TimeSpan?
    /// Whether it counts.
    public let mode: Mode
    /// When it is run.
    public let run: Run

    /// Open when this suite has passed.
    public init(suite: String, maxAge: TimeSpan? = nil, mode: Mode = .enforcing, run: Run = .onAsk) {
        self.suite = suite
        self.maxAge = maxAge
        self.mode = mode
        self.run = run
    }
}
