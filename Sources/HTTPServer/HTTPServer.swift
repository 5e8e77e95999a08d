import CMicroHTTPD
import Glibc
import JSON
import Locks
import Synchronization
public import Time

typealias JSONRemark = JSONValue.Member

/// An HTTP/1.1 server: one thread a core, each with its own connections.
public final class HTTPServer: Sendable {
    private let core: ServerCore
    private let workers: Workers
    private let daemon: Guarded<DaemonHandle?>
    private let isStopping = Atomic<Bool>(false)

    /// Where the server listens, such as `127.0.0.1:8080`.
    public let address: String
    /// What has been answered so far.
    public var requestsServed: RequestsServed { workers.requestsServed }
    /// Every route, in the order in which `requestsServed` counts them.
    public let routes: [Route]
    /// Connections open now.
    public var openConnections: Int { core.watches.count }
    /// Requests that have begun and are not yet answered.
    public var requestsInProgress: Int { workers.exchangesInProgress }

    /// Listens and serves from now on.
    public init(
        _ configuration: ServerConfiguration, _ router: Router, log: @escaping @Sendable (String) -> Void,
        observer: RequestObserver? = nil
    ) throws(ServerError) {
        core = ServerCore(configuration: configuration, observer: observer, log: log)
        workers = Workers(core, router)
        routes = router.routes
        let listener = try ListeningSocket(host: configuration.host, port: configuration.port)
        address = listener.address(host: configuration.host)
        ErrorPages.install()
        daemon = Guarded(try DaemonHandle(workers, consuming: listener))
        try watchDeadlines()
    }

    /// Shows another certificate from the next handshake on; on failure the one before stays.
    public static func useCertificate(chain: [UInt8], key: [UInt8]) throws(ServerError) {
        if let problem = gh_tls_use(chain, chain.count, key, key.count) { throw ServerError(String(cString: problem)) }
    }

    /// Takes no more connections, waits for the answers that are under way, answers the rest 503, and ends.
    public func stop(within drain: TimeSpan) {
        guard !isStopping.exchange(true, ordering: .relaxed) else { return }
        core.beginDraining()
        daemon.withLock { $0?.quiesce() }
        let deadline = MonotonicTime.now() + drain
        while workers.exchangesInProgress > 0, MonotonicTime.now() < deadline { usleep(5_000) }
        core.beginClosing()
        let end = MonotonicTime.now() + .seconds(2)
        while workers.exchangesInProgress > 0, MonotonicTime.now() < end {
            core.watches.endWaiting()
            usleep(5_000)
        }
        // libmicrohttpd aborts the process when it is stopped with a suspended connection: better leave its threads.
        let mayStop = workers.exchangesInProgress == 0
        daemon.withLock { handle in
            guard let handle = handle.take() else { return }
            if !mayStop { handle.abandon() }
        }
    }

    deinit {
        stop(within: .seconds(0))
    }

    private func watchDeadlines() throws(ServerError) {
        let isStarted = BackgroundThread.start("http-deadlines") { [weak self] in
            while let server = self, !server.isStopping.load(ordering: .relaxed) {
                server.core.watches.endOverdue(at: .now())
                usleep(100_000)
            }
        }
        guard isStarted else { throw ServerError("no thread can be started") }
    }
}

/// Owns the daemon; it stops when this ends.
private struct DaemonHandle: ~Copyable {
    private let pointer: OpaquePointer
    private let workers: Unmanaged<Workers>
    private var socket: Int32 = -1

    /// From here on the daemon closes the socket.
    init(_ workers: Workers, consuming listener: consuming ListeningSocket) throws(ServerError) {
        let context = Unmanaged.passRetained(workers)
        let configuration = workers.core.configuration
        var options = gh_mhd_options()
        options.listen_socket = listener.giveAway()
        options.threads = UInt32(configuration.threads)
        options.connection_limit = UInt32(configuration.connectionLimit)
        // Room for the largest head that we judge ourselves; beyond it libmicrohttpd answers. It clears this memory for
        // each request, so that more of it would be felt.
        options.connection_memory = max(configuration.headerLimit * 2, 16 * 1024)
        options.tls = configuration.usesTLS
        options.context = context.toOpaque()
        Callbacks.install(in: &options)
        guard let daemon = gh_mhd_start(&options) else {
            context.release()
            throw ServerError("the HTTP server did not start: libmicrohttpd gave no reason beyond its log")
        }
        pointer = daemon
        self.workers = context
    }

    /// Takes no more connections. The socket is closed after the daemon's end: its threads may still look at it.
    mutating func quiesce() {
        socket = MHD_quiesce_daemon(pointer)
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Leaves the daemon as it is, for ever.
    consuming func abandon() {
        discard self
    }

    deinit {
        MHD_stop_daemon(pointer)
        if socket >= 0 { close(socket) }
        workers.release()
    }
}
