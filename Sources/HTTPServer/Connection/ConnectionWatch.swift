import CMicroHTTPD
import Glibc
import Locks
import Synchronization
import Time

/// What must be watched of one connection while it is open: by when it has to get on, and what it is waiting for.
///
/// libmicrohttpd's own time-out only sees silence: a client that sends a byte a second would keep its connection for
/// ever, and a suspended connection has no time-out at all.
final class ConnectionWatch: Sendable {
    /// What a connection that libmicrohttpd does not look after is waiting for.
    enum Waiting: Sendable {
        case nothing
        case answer(Exchange)
        case stream(ResponseStream)
    }

    let socket: Int32
    let clientAddress: String
    let worker: Worker
    private let deadline: Atomic<Int64>
    private let waiting = Guarded(Waiting.nothing)

    /// The watch that was put beside a connection when it was opened.
    static func of(_ connection: OpaquePointer) -> ConnectionWatch? {
        gh_mhd_socket_context(connection).map { Unmanaged<ConnectionWatch>.fromOpaque($0).takeUnretainedValue() }
    }

    init(socket: Int32, clientAddress: String, worker: Worker) {
        self.socket = socket
        self.clientAddress = clientAddress
        self.worker = worker
        deadline = Atomic((MonotonicTime.now() + worker.configuration.headTimeout).nanoseconds)
    }

    func mustGetOn(by time: MonotonicTime?) {
        deadline.store(time?.nanoseconds ?? .max, ordering: .relaxed)
    }

    func waits(for something: Waiting) {
        waiting.withLock { $0 = something }
    }

    /// Whether the deadline has passed; then it is taken away, so that it ends only what it was set for.
    func takeOverdue(at now: MonotonicTime) -> Bool {
        let seen = deadline.load(ordering: .relaxed)
        guard seen <= now.nanoseconds else { return false }
        return deadline.compareExchange(expected: seen, desired: .max, ordering: .relaxed).exchanged
    }

    /// What the connection waits for, so that it is ended once.
    private func takeWaiting() -> Waiting {
        waiting.withLock { waiting in
            defer { waiting = .nothing }
            return waiting
        }
    }

    /// Ends what took too long: an unfinished answer becomes a problem, a client that does not get on loses its connection.
    func end(_ code: ProblemCode, _ detail: String) {
        switch takeWaiting() {
        case .answer(let exchange): exchange.giveUp(Problem(code, detail))
        case .stream(let stream): stream.breakOff()
        case .nothing: shutdown(socket, Int32(SHUT_RDWR))
        }
    }
}

/// All open connections.
final class ConnectionWatches: Sendable {
    private let open = Guarded<[ObjectIdentifier: ConnectionWatch]>([:])

    var count: Int { open.withLock { $0.count } }

    func add(_ watch: ConnectionWatch) {
        open.withLock { $0[ObjectIdentifier(watch)] = watch }
    }

    /// Called before the connection's socket is closed: inside the lock no watch has a socket of somebody else.
    func remove(_ watch: ConnectionWatch) {
        open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(watch)) }
    }

    func endOverdue(at now: MonotonicTime) {
        open.withLock { watches in
            for watch in watches.values where watch.takeOverdue(at: now) {
                watch.end(.deadline, "the answer was not ready in time; whether a change was made is not known")
            }
        }
    }

    func endWaiting() {
        open.withLock { watches in
            for watch in watches.values { watch.endIfWaiting() }
        }
    }
}

extension ConnectionWatch {
    /// At the stop: gives up unfinished answers and streams, and leaves connections that are sending alone.
    fileprivate func endIfWaiting() {
        switch takeWaiting() {
        case .answer(let exchange):
            exchange.giveUp(
                Problem(
                    .stopping, "the server stopped before the answer was ready; whether a change was made is not known")
            )
        case .stream(let stream): stream.breakOff()
        case .nothing: break
        }
    }
}
