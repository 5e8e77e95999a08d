import HTTPServer
import Observability
import Time

/// One line for a request: what changed something or failed is worth knowing, the rest helps to find faults.
enum RequestLog {
    static func observer(_ log: Log) -> RequestObserver {
        let interest: RequestObserver.Interest =
            log.writes(.debug) ? .everything : log.writes(.info) ? .failuresAndChanges : .nothing
        return RequestObserver(interest) { record in write(record, to: log) }
    }

    private static func write(_ record: RequestRecord, to log: Log) {
        let isUnusual = RequestObserver.Interest.failuresAndChanges.reaches(record.method, record.status)
        // Without the query: somebody will put a secret there.
        let path = withoutSecret(record.path.prefix { $0 != "?" })
        let fields: [(String, Log.Value)] = [
            ("requestId", .text(record.id)), ("method", .text(record.method)),
            ("path", .text(String(path.prefix(200)))),
            ("status", .number(Int64(record.status))), ("address", .text(record.clientAddress)),
            ("microseconds", .number(record.duration.microseconds)),
        ]
        log.write(isUnusual ? .info : .debug, "request", fields)
    }

    /// Some senders of hooks prove who they are by a path that nobody else knows.
    private static func withoutSecret(_ path: Substring) -> Substring {
        let hooks = "/v1/hooks/"
        return path.hasPrefix(hooks) ? hooks + "…" : path
    }
}
