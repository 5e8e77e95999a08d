import CSV
import JSON
import Store

/// Events as a table.
enum EventCSV {
    /// The names of the columns.
    static let head = row([
        "id", "at", "code", "project", "stage", "freight", "promotion", "actor", "actor_kind", "token", "address",
        "calendar", "session", "reason", "details", "request_id",
    ])

    /// An event's row.
    static func row(_ event: KeptEvent) -> [UInt8] {
        let document = try? JSONValue(parsing: event.bytes)
        let (actor, session) = (document?["actor"], document?["session"])
        func text(_ name: String) -> String? { document?[name]?.string }
        let details = document?["details"].map { details in
            var writer = JSONWriter()
            writer.value(details)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        return row([
            String(event.id), text("at"), text("code"), text("project"), text("stage"), text("freight"),
            text("promotion"), actor?["name"]?.string, actor?["kind"]?.string, actor?["token"]?.string,
            actor?["address"]?.string, session?["calendar"]?.string, session?["session"]?.string, text("reason"),
            details, text("requestId"),
        ])
    }

    private static func row(_ fields: [String?]) -> [UInt8] { Array(CSVText.row(fields).utf8) }
}
