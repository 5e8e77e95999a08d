import JSON
import Store
import TimeZones

/// What a receiver gets.
struct NotificationMessage: Sendable {
    /// The name by which the receiver knows a repetition.
    let id: String
    /// The document.
    let body: [UInt8]

    init(_ delivery: NotificationStore.Delivery, to receiver: String, origin: String, zone: ZoneRules?) {
        let id = "\(receiver)/\(delivery.event)"
        let event = (try? JSONValue(parsing: delivery.bytes)) ?? .object([])
        let notice = Notice(event, alias: delivery.alias, zone: zone)
        self.id = id
        body = JSONWriter.object { json in
            json.member("text", notice?.text ?? event["code"]?.string)
            json.member("link", notice?.path.map { origin + $0 })
            json.member("id", id)
            for (name, value) in Self.plain(event) {
                json.name(given: name)
                json.value(value)
            }
            json.member("alias", delivery.alias)
            json.member("actor", event["actor"]?["name"]?.string)
            if event["drill"]?.bool == true { json.member("drill", true) }
        }
    }

    private static func plain(_ event: JSONValue) -> [(String, String)] {
        ["code", "at", "project", "stage", "freight", "promotion"].compactMap { name in
            event[name]?.string.map { (name, $0) }
        }
    }
}
