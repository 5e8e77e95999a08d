public import JSON
public import Time

/// Something that happened, for the log that cannot be altered.
public struct AuditEvent: Sendable {
    /// Who did it.
    public struct Actor: Sendable, Equatable {
        /// How they proved who they are.
        public enum Kind: String, Sendable {
            /// With an API token.
            case token
            /// The service itself.
            case system
            /// They did not.
            case unknown
        }

        /// The subject's name.
        public let name: String
        /// How they proved it.
        public let kind: Kind
        /// The token's public name.
        public let token: String?
        /// Where the request came from.
        public let address: String?

        /// Somebody who acts.
        public init(name: String, kind: Kind, token: String? = nil, address: String? = nil) {
            self.name = name
            self.kind = kind
            self.token = token
            self.address = address
        }

        /// The service itself.
        public static let system = Actor(name: "gatehouse", kind: .system)
    }

    /// What an exchange did at that instant.
    public struct Session: Sendable, Equatable {
        /// The calendar, such as `XNYS`.
        public let calendar: String
        /// What it was in: `core`, `pre`, …, or `none`.
        public let session: String
        /// The exchange's date.
        public let date: String

        /// What an exchange did.
        public init(calendar: String, session: String, date: String) {
            self.calendar = calendar
            self.session = session
            self.date = date
        }
    }

    /// The stable code, such as `token.created`.
    public let code: EventCode
    /// When it happened, by the service's clock.
    public let at: Instant
    /// Who did it.
    public let actor: Actor
    /// The project concerned.
    public let project: String?
    /// The stage concerned.
    public let stage: String?
    /// The Freight concerned.
    public let freight: String?
    /// The promotion concerned.
    public let promotion: String?
    /// Why, in the actor's words.
    public let reason: String?
    /// What else there is to know.
    public let details: [JSONValue.Member]
    /// The request that caused it.
    public let requestID: String?
    /// Whether it was rehearsed only.
    public let isDrill: Bool
    /// What the exchange did then, whatever the gates were; nothing where that cannot be told.
    public private(set) var session: Session?

    /// Something that happened.
    public init(
        _ code: EventCode, at: Instant, actor: Actor, project: String? = nil, stage: String? = nil,
        freight: String? = nil,
        promotion: String? = nil, reason: String? = nil, details: [JSONValue.Member] = [], requestID: String? = nil,
        isDrill: Bool = false
    ) {
        self.code = code
        self.at = at
        self.actor = actor
        self.project = project
        self.stage = stage
        self.freight = freight
        self.promotion = promotion
        self.reason = reason
        self.details = details
        self.requestID = requestID
        self.isDrill = isDrill
    }

    /// The same, with what the exchange did then.
    public func during(_ session: Session?) -> AuditEvent {
        var event = self
        event.session = session
        return event
    }

    /// The event as it is kept and hashed: these bytes, and no others, are the event.
    public var bytes: [UInt8] {
        JSONWriter.object { json in
            json.member("at", at.text)
            json.member("code", code.rawValue)
            json.member("project", project)
            json.member("stage", stage)
            json.member("freight", freight)
            json.member("promotion", promotion)
            json.name("actor")
            json.beginObject()
            json.member("name", actor.name)
            json.member("kind", actor.kind.rawValue)
            json.member("token", actor.token)
            json.member("address", actor.address)
            json.endObject()
            if let session {
                json.name("session")
                json.beginObject()
                json.member("calendar", session.calendar)
                json.member("session", session.session)
                json.member("date", session.date)
                json.endObject()
            }
            json.member("reason", reason)
            if !details.isEmpty {
                json.name("details")
                json.value(.object(details))
            }
            json.member("requestId", requestID)
            if isDrill { json.member("drill", true) }
        }
    }
}
