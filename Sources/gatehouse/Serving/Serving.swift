import API
import Connectors
import Engine
import HTTPServer
import Locks
import Observability
import Postgres
import Store
import Time

/// A server from its start to its stop.
final class Serving: Sendable {
    /// What has been started, in order; it is stopped the other way round.
    private struct Parts {
        var cluster: EmbeddedCluster?
        var pool: Pool?
        var listener: Listener?
        var readiness: Readiness?
        var service: Service?
        var tasks: [Task<Void, Never>] = []
    }

    private let options: ServeOptions
    private let onFailure: @Sendable (String) -> Void
    private let parts = Guarded(Parts())

    /// A server by these options; `onFailure` is called when it cannot go on.
    init(_ options: ServeOptions, onFailure: @escaping @Sendable (String) -> Void) {
        self.options = options
        self.onFailure = onFailure
    }

    /// Starts everything, and returns when requests are served.
    func start() async throws {
        let started = MonotonicTime.now()
        let log = options.log
        try options.certificate?.load()
        let connections = try options.outside.connections(isDrill: options.drill != nil)
        let hooks = try options.outside.receivers()
        let notified = try options.outside.notified(isDrill: options.drill != nil)
        let conninfo = try await database()
        let pool = try Pool(PoolConfiguration(conninfo: conninfo))
        parts.withLock { $0.pool = pool }
        let tokens = TokenDirectory(pool: pool, ratePerSecond: options.rateLimit)
        let clock = ServiceClock(isDrill: options.drill != nil)
        let decisions = Decisions(pool: pool, clock: clock, zones: await onThread { .forThisMachine() })
        let sealer = try Sealer(
            decisions: decisions, file: CheckpointFile(path: options.data + "/audit.checkpoint"), log: log)
        let loops = Loops(decisions, connections, notified, log)
        let listener = try listener(conninfo, tokens, decisions, loops)
        let readiness = Readiness(pool: pool, listener: listener, clock: clock)
        let service = Service(
            program: Program.description, pool: pool, tokens: tokens, decisions: decisions, clock: clock,
            readiness: readiness, log: log, connections: connections, calendarApprovals: options.calendarApprovals,
            hooks: hooks, sealer: sealer, notifications: loops.notifications)
        parts.withLock { ($0.listener, $0.readiness, $0.service) = (listener, readiness, service) }
        let server = try listen(service)
        service.server = server

        try await DatabaseEntrance(pool: pool, options: options, clock: clock).enter()
        let bootstrap = try await Bootstrap(pool: pool, options: options, clock: clock).run()
        try await tokens.mirror.reload()
        try await decisions.mirror.reload()
        try await sealer.begin(with: try await AuditKey(pool: pool, options: options).keys())
        // Before that every token would be refused.
        while !readiness.hearsChanges { try await Task.sleep(for: .milliseconds(5)) }
        readiness.enter(.serving)
        let upkeep = Upkeep(
            pool: pool, clock: clock, tokens: tokens, decisions: decisions,
            warehouseFailures: service.warehouseFailures, log: log)
        let scheme = options.http.usesTLS ? "https" : "http"
        startTasks(upkeep, loops, sealer, origin: options.outside.publicURL ?? "\(scheme)://\(server.address)")
        let elapsed = (MonotonicTime.now() - started).microseconds / 1_000
        log.info("listening on \(scheme)://\(server.address)", ("readyAfterMilliseconds", .number(elapsed)))
        log.info("the API is described at \(scheme)://\(server.address)/openapi.json")
        log.info(bootstrap)
        if clock.isDrill { log.warning("this is a drill: the clock is simulated", ("now", .text(clock.now().text))) }
    }

    /// Lets answers out that are under way, then ends everything.
    func stop() async {
        let log = options.log
        log.info("stopping")
        let parts = parts.withLock { $0 }
        parts.readiness?.enter(.draining)
        if let server = parts.service?.server {
            await onThread { [drain = options.drain] in server.stop(within: drain) }
            parts.service?.server = nil
        }
        for task in parts.tasks { task.cancel() }
        for task in parts.tasks { await task.value }
        await parts.listener?.stop()
        await parts.pool?.shutdown()
        await parts.cluster?.stop()
        log.info("stopped")
    }

    private func database() async throws -> String {
        if let database = options.database { return database }
        let log = options.log
        let cluster = try await EmbeddedCluster.start(ClusterOptions(directory: options.data)) { [onFailure] state in
            switch state {
            case .restarting(let reason):
                log.error("the private PostgreSQL ended and is started again", ("reason", .text(reason)))
            case .failed(let reason): onFailure("the private PostgreSQL cannot run: \(reason)")
            case .starting, .ready, .stopped: break
            }
        }
        parts.withLock { $0.cluster = cluster }
        let owner = cluster.ownerConninfo
        let applied = try await onThread {
            Result {
                let connection = try Connection(conninfo: owner)
                let applied = try Migrator().migrate(connection).map(\.number)
                try ServerRole.grant(to: "gatehouse", connection)
                return applied
            }
        }.get()
        if let last = applied.last {
            log.info("the schema was brought up to date", ("migration", .number(Int64(last))))
        }
        return cluster.serverConninfo
    }

    private func listener(
        _ conninfo: String, _ tokens: TokenDirectory, _ decisions: Decisions, _ loops: Loops
    ) throws -> Listener {
        let configuration = ListenerConfiguration(
            connection: ConnectionOptions(conninfo: conninfo), channels: ["gatehouse"])
        let log = options.log
        return try Listener(configuration) { event in
            switch event {
            case .listening:
                log.info("the database's changes are heard of")
                tokens.mirror.hearOfChange()
                decisions.mirror.hearOfChange()
                loops.promotions.wake()
                loops.warehouses.wake()
            case .notification(_, "tokens"): tokens.mirror.hearOfChange()
            case .notification(_, "decisions"):
                decisions.mirror.hearOfChange()
                loops.warehouses.wake()
            case .notification(_, "promotions"): loops.promotions.wake()
            case .notification(_, "warehouses"): loops.warehouses.wake()
            case .lost(let reason):
                log.warning("the database's changes are not heard of any more", ("reason", .text(reason)))
            case .notification: break
            }
        }
    }

    private func listen(_ service: Service) throws -> HTTPServer {
        var configuration = options.http
        configuration.problemRemarks = service.remarks.members
        configuration.headers = service.remarks.headers
        let log = options.log
        let endpoints = try Endpoints.all(service)
        return try HTTPServer(
            configuration, Router(endpoints.map(\.route)), log: { log.debug("http: \($0)") },
            observer: RequestLog.observer(log))
    }

    private func startTasks(_ upkeep: Upkeep, _ loops: Loops, _ sealer: Sealer, origin: String) {
        let options = options
        var tasks = [Task { await upkeep.run() }, Task { await sealer.run() }] + loops.start(linkingTo: origin)
        if let sender = options.checkpoints { tasks.append(Task { await sender.run(sealer, options.log) }) }
        if let certificate = options.certificate { tasks.append(Task { await certificate.watch(options.log) }) }
        parts.withLock { $0.tasks = tasks }
    }

    /// Waits for what blocks, on a thread that may.
    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            let isStarted = BackgroundThread.start("waits") { continuation.resume(returning: body()) }
            if !isStarted { continuation.resume(returning: body()) }
        }
    }
}

/// What a server does by itself.
private struct Loops {
    let promotions: PromotionLoop
    let warehouses: WarehouseLoop
    let notifications: NotificationLoop

    init(_ decisions: Decisions, _ connections: Connections, _ notified: NotificationReceivers, _ log: Log) {
        promotions = PromotionLoop(decisions: decisions, log: log)
        warehouses = WarehouseLoop(decisions: decisions, connections: connections, log: log)
        notifications = NotificationLoop(decisions: decisions, receivers: notified, log: log)
    }

    func start(linkingTo origin: String) -> [Task<Void, Never>] {
        [
            Task { await promotions.run() }, Task { await warehouses.run() },
            Task { await notifications.run(linkingTo: origin) },
        ]
    }
}
