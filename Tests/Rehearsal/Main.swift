import API
import Connectors
import Dispatch
import Engine
import Glibc
import HTTPClient
import HTTPServer
import Observability
import Postgres
import Promotions
import Store
import Synchronization
import Time
import TimeZones

/// `rehearsal CONNINFO PORT FOLDER`: a server like any other, but whoever deploys and verifies for it only writes into a folder
/// what it was told, and it dies where `DIE_AT` says, of `work:failpoint` or of a `failpoint` alone; or it stops there until
/// somebody lets it go on (`SIGNAL`), or another process dies (`VICTIM`), once.
///
/// `LEASE_MS` is how long it has what it works on, `WORK_MS` how long work takes; without a folder work takes no time and
/// leaves no trace.
@main enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 || arguments.count == 4, let port = UInt16(arguments[2]) else {
            print("usage: rehearsal CONNINFO PORT [FOLDER]")
            exit(2)
        }
        let log = Log(level: .warning, format: .text)
        let pool = try Pool(PoolConfiguration(conninfo: arguments[1]))
        let isDrill = try await pool.withConnection { try DrillStore.anchor($0) } != nil
        let clock = ServiceClock(isDrill: isDrill)
        let tokens = TokenDirectory(pool: pool, ratePerSecond: 0)
        // No zone is trusted without the system's files: the policies of these tests go by none.
        let decisions = Decisions(pool: pool, clock: clock, zones: ZoneDirectory(fault: nil) { _ in nil })
        let loop = PromotionLoop(decisions: decisions, log: log, configuration(folder: arguments.dropFirst(3).first))
        let listener = try listen(arguments[1], tokens, decisions, loop)
        let (reading, drill) = try await pool.withConnection { (try $0.readClock(), try DrillStore.anchor($0)) }
        clock.set(reading, drill: drill)
        let readiness = Readiness(pool: pool, listener: listener, clock: clock)
        let service = Service(
            program: .init(version: "rehearsal", libraries: []), pool: pool, tokens: tokens, decisions: decisions,
            clock: clock, readiness: readiness, log: log,
            connections: Connections(.init(client: HTTPClientConfiguration(userAgent: "none"))))
        try await tokens.mirror.reload()
        try await decisions.mirror.reload()
        while !readiness.hearsChanges { try await Task.sleep(for: .milliseconds(5)) }
        readiness.enter(.serving)

        var http = ServerConfiguration()
        http.port = port
        let server = try HTTPServer(http, Router(Endpoints.all(service).map(\.route)), log: { _ in })
        print("listening on http://\(server.address)")
        fflush(nil)
        let upkeep = Upkeep(
            pool: pool, clock: clock, tokens: tokens, decisions: decisions,
            warehouseFailures: service.warehouseFailures, log: log)
        let work = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await upkeep.run() }
                group.addTask { await loop.run() }
            }
        }
        let stopped = stop(work)
        await work.value
        stopped.cancel()
        server.stop(within: .seconds(1))
        await listener.stop()
    }

    /// Cancels what a server does by itself when it is asked to stop: it lets go of what it works on.
    private static func stop(_ work: Task<Void, Never>) -> any DispatchSourceSignal {
        signal(SIGTERM, SIG_IGN)
        let asked = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        asked.setEventHandler { work.cancel() }
        asked.resume()
        return asked
    }

    private static func configuration(folder: String?) -> PromotionLoop.Configuration {
        var configuration = PromotionLoop.Configuration()
        if let folder {
            let executor = RecordingExecutor(folder: folder, workTime: milliseconds("WORK_MS") ?? .milliseconds(0))
            configuration.executors = Executors(deployer: executor, verifier: executor)
        } else {
            configuration.executors = Executors(deployer: InstantExecutor(), verifier: InstantExecutor())
        }
        if let lease = milliseconds("LEASE_MS") { configuration.lease = lease }
        if let place = variable("DIE_AT") {
            let victim = variable("VICTIM").flatMap { pid_t($0) }
            let signal = variable("SIGNAL").flatMap { Int32($0) } ?? SIGKILL
            let isDone = Atomic<Bool>(false)
            configuration.failpoint = { failpoint, work in
                let name = work.map { "\($0.kind):\(failpoint.rawValue)" } ?? failpoint.rawValue
                guard name == place, !isDone.exchange(true, ordering: .relaxed) else { return }
                // To this very thread: to the process, another thread might take it, and this one go on for a while.
                if let victim { kill(victim, signal) } else { raise(signal) }
            }
        }
        return configuration
    }

    private static func listen(
        _ conninfo: String, _ tokens: TokenDirectory, _ decisions: Decisions, _ loop: PromotionLoop
    ) throws -> Listener {
        let options = ConnectionOptions(conninfo: conninfo)
        return try Listener(ListenerConfiguration(connection: options, channels: ["gatehouse"])) { event in
            switch event {
            case .listening:
                tokens.mirror.hearOfChange()
                decisions.mirror.hearOfChange()
                loop.wake()
            case .notification(_, "tokens"): tokens.mirror.hearOfChange()
            case .notification(_, "decisions"): decisions.mirror.hearOfChange()
            case .notification(_, "promotions"): loop.wake()
            case .notification, .lost: break
            }
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func milliseconds(_ name: String) -> TimeSpan? {
        variable(name).flatMap { Int64($0) }.map { .milliseconds($0) }
    }
}

extension Work {
    /// The word for it in `DIE_AT`.
    var kind: String {
        switch self {
        case .deploy: "deploy"
        case .verify: "verify"
        }
    }
}
