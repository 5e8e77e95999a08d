import HTTPServer
import Observability
import Postgres
import Store

/// Events sent while they are read: as many as there are, with no more than a batch of them in memory.
struct AuditStream: Sendable {
    /// How events are written.
    enum Format: String, Sendable {
        /// A page of them.
        case json
        /// A line each.
        case ndjson
        /// A row each.
        case csv
    }

    private static let batch = 250

    let search: AuditSearch
    let format: Format
    let after: AuditPlace?
    /// How many at most; nothing means all.
    let limit: Int?
    let service: Service

    /// The answer. Where it breaks off, its connection does: nobody takes a part for the whole.
    var response: Response {
        let stream = self
        let type = format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson"
        var response = Response(contentType: type) { await stream.send(to: $0) }
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    private func send(to stream: ResponseStream) async {
        do {
            if format == .csv { try await stream.write(EventCSV.head) }
            var (place, left) = (after, limit ?? .max)
            repeat {
                let part = try await part(after: place, limit: min(left, Self.batch))
                try await stream.write(bytes(of: part.events))
                left -= part.events.count
                place = part.next
            } while place != nil && left > 0
        } catch is StreamClosed {
        } catch {
            service.log.warning("a list of events was broken off", ("error", .text(String(reflecting: error))))
            stream.breakOff()
        }
    }

    private func part(after place: AuditPlace?, limit: Int) async throws -> AuditQueryStore.Part {
        try await service.pool.withConnection { [search] connection in
            try AuditQueryStore.part(of: search, after: place, limit: limit, connection)
        }
    }

    private func bytes(of events: [KeptEvent]) -> [UInt8] {
        var bytes: [UInt8] = []
        for event in events {
            if format == .csv {
                bytes += EventCSV.row(event)
            } else {
                event.write(to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
        }
        return bytes
    }
}
