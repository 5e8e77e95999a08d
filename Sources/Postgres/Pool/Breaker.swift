import CPostgres
import Glibc
import Locks
import Time

/// Lets other threads end a wait of libpq that the server will not end.
final class Breaker: Sendable {
    private struct Target {
        let socket: Int32
        let activity: Activity
        let cancel: CancelHandle?
    }

    private let target = Guarded<Target?>(nil)

    func arm(_ connection: borrowing Connection) {
        let new = Target(
            socket: PQsocket(connection.handle), activity: connection.state.activity,
            cancel: CancelHandle(connection.handle))
        target.withLock { $0 = new }
    }

    /// Before the connection is closed: its descriptor may then belong to something else.
    func disarm() {
        target.withLock { $0 = nil }
    }

    var cancelHandle: CancelHandle? {
        target.withLock { $0?.cancel }
    }

    /// Shuts the socket down, so that libpq reads its end; without a limit whatever it is doing.
    func cut(ifWaitingFor limit: TimeSpan?) {
        let now = MonotonicTime.now()
        target.withLock { target in
            guard let target else { return }
            if let limit, (target.activity.waiting(at: now) ?? .seconds(0)) <= limit { return }
            shutdown(target.socket, Int32(SHUT_RDWR))
        }
    }
}

/// The right to cancel what a session runs.
final class CancelHandle: @unchecked Sendable {
    // Unchecked: libpq allows PQcancel from any thread; the handle never changes, and only `deinit` frees it.
    private let handle: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit { PQfreeCancel(handle) }

    func cancel() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { words in
            _ = PQcancel(handle, words.baseAddress, Int32(words.count))
        }
    }
}
