import JSON
import Store

/// What the log says of a use of break-glass.
struct UsedOverride: Sendable {
    /// The break-glass.
    let id: String
    /// What the exchange did then.
    let session: String?

    /// Reads an event; nothing if it tells of something else.
    init?(_ event: KeptEvent) {
        guard let document = try? JSONValue(parsing: event.bytes), document["code"]?.string == "override.consumed",
            let id = document["details"]?["override"]?.string
        else { return nil }
        self.id = id
        session = document["session"]?["session"]?.string
    }
}
