import CPostgres
import Glibc

/// Wakes a thread that waits in `poll`.
final class Wake: Sendable {
    let descriptor: Int32

    /// Nil when the process has no descriptor left.
    init?() {
        descriptor = cpostgres_eventfd()
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
