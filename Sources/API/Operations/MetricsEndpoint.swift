import Calendars
import Engine
import HTTPServer
import Observability
import Postgres
import Promotions
import Time
import TimeZones

extension OperationsEndpoints {
    /// What Prometheus reads.
    static func metrics(_ service: Service) -> [UInt8] {
        var page = MetricsPage()
        page.family("gatehouse_build_info", .gauge, "Always 1; the labels tell the versions.")
        page.sample("gatehouse_build_info", [("version", service.program.version)], 1)
        page.single("gatehouse_ready", .gauge, "1 when requests should come here.", service.readiness.isReady ? 1 : 0)
        page.single("gatehouse_drill", .gauge, "1 when the clock is simulated.", service.clock.isDrill ? 1 : 0)
        page.single(
            "gatehouse_clock_skew_seconds", .gauge, "How far the database's clock is ahead of this machine's.",
            Double(service.clock.skew.microseconds) / 1e6)
        page.single("gatehouse_tokens", .gauge, "Tokens that were not revoked.", Double(service.tokens.count))
        addStore(service, to: &page)
        addLog(service, to: &page)
        addCalendars(service, to: &page)
        addWarehouses(service, to: &page)
        addNotifications(service.notifications?.counts ?? [], to: &page)
        if let server = service.server { addRequests(service, server, to: &page) }
        return page.bytes
    }

    private static func addStore(_ service: Service, to page: inout MetricsPage) {
        let statistics = service.pool.statistics
        page.family("gatehouse_database_connections", .gauge, "Connections to the database, by what they do.")
        page.sample("gatehouse_database_connections", [("state", "busy")], Double(statistics.inUse))
        page.sample("gatehouse_database_connections", [("state", "idle")], Double(statistics.idle))
        page.single(
            "gatehouse_database_waiting", .gauge, "Requests that wait for a connection.", Double(statistics.waiting))
        page.single(
            "gatehouse_database_reconnects_total", .counter, "Connections made anew.", Double(statistics.reconnects))
        page.single(
            "gatehouse_database_hears_changes", .gauge, "1 when changes made elsewhere are heard of.",
            service.readiness.hearsChanges ? 1 : 0)
    }

    private static func addLog(_ service: Service, to page: inout MetricsPage) {
        guard let sealer = service.sealer else { return }
        let figures = sealer.figures
        page.single("gatehouse_audit_sealed", .gauge, "Events in the log's tree.", Double(figures.size))
        page.single(
            "gatehouse_audit_unsealed_seconds", .gauge, "How long an event has waited for its place in the tree.",
            Double(figures.lag.microseconds) / 1e6)
        page.single(
            "gatehouse_audit_rolled_back", .gauge, "1 when the log is not the one that this server knew.",
            sealer.known.isRolledBack ? 1 : 0)
    }

    private static func addCalendars(_ service: Service, to page: inout MetricsPage) {
        let now = service.clock.now()
        let calendars = service.decisions.mirror.value.calendars.sorted { $0.key < $1.key }
        page.family("gatehouse_calendar_horizon_days", .gauge, "Days until the end of what a calendar covers.")
        for (id, calendar) in calendars {
            guard case .ready(let source) = calendar.source else { continue }
            page.sample("gatehouse_calendar_horizon_days", [("calendar", id)], Double(source.horizonDays(at: now)))
        }
        var zones = service.decisions.zones.known
        for (_, calendar) in calendars where zones[calendar.timeZone] == nil { zones[calendar.timeZone] = false }
        page.family("gatehouse_zone_trusted", .gauge, "1 when the rules of a time zone in use can be trusted.")
        for (zone, isTrusted) in zones.sorted(by: { $0.key < $1.key }) {
            page.sample("gatehouse_zone_trusted", [("zone", zone)], isTrusted ? 1 : 0)
        }
    }

    private static func addWarehouses(_ service: Service, to page: inout MetricsPage) {
        page.family("gatehouse_warehouse_failures", .gauge, "Looks at a Warehouse that have failed in a row.")
        for count in service.warehouseFailures.counts {
            page.sample(
                "gatehouse_warehouse_failures", [("project", count.project), ("warehouse", count.warehouse)],
                Double(count.failures))
        }
    }

    private static func addNotifications(_ counts: [NotificationLoop.Count], to page: inout MetricsPage) {
        page.family("gatehouse_notifications_pending", .gauge, "What a receiver is yet to be told.")
        for count in counts {
            page.sample("gatehouse_notifications_pending", [("receiver", count.receiver)], Double(count.pending))
        }
        page.family("gatehouse_notifications_failed_total", .counter, "Times that a receiver could not be told.")
        for count in counts {
            page.sample("gatehouse_notifications_failed_total", [("receiver", count.receiver)], Double(count.failed))
        }
    }

    private static func addRequests(_ service: Service, _ server: HTTPServer, to page: inout MetricsPage) {
        page.single("gatehouse_http_connections", .gauge, "Open connections.", Double(server.openConnections))
        page.single(
            "gatehouse_http_requests_in_progress", .gauge, "Requests begun and not answered.",
            Double(server.requestsInProgress))
        let routes: [(index: Int?, labels: [(String, String)])] =
            server.routes.enumerated().map { ($0, [("method", $1.method.rawValue), ("path", $1.pattern)]) }
            + [(nil, [("method", "other"), ("path", "none")])]
        page.family("gatehouse_http_requests_total", .counter, "Answers, by route and class of status.")
        for (index, labels) in routes {
            for (digit, count) in server.requestsServed.counts(route: index).byClass.enumerated() where count > 0 {
                page.sample("gatehouse_http_requests_total", labels + [("class", "\(digit + 1)xx")], Double(count))
            }
        }
        page.family(
            "gatehouse_http_request_duration_seconds", .histogram, "From a request's head to its answer, by route.")
        let bounds = RequestsServed.bounds.map { Double($0) / 1e6 }
        for (index, labels) in routes {
            let counts = server.requestsServed.counts(route: index)
            guard counts.byDuration.contains(where: { $0 > 0 }) else { continue }
            page.histogram(
                "gatehouse_http_request_duration_seconds", labels, bounds: bounds, counts: counts.byDuration,
                sum: Double(counts.total.microseconds) / 1e6)
        }
    }
}
