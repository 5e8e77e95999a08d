import CMicroHTTPD

/// What libmicrohttpd calls: each finds its objects behind the pointers and hands over.
enum Callbacks {
    static func install(in options: inout gh_mhd_options) {
        options.accept = { context, address, _ in
            guard let context else { return .NO }
            return Callbacks.workers(context) { $0.core.accepts(address) ? .YES : .NO }
        }
        options.target_read = { _, target, connection in
            guard let watch = connection.flatMap(ConnectionWatch.of) else { return nil }
            return Worker.begin(on: watch, target: target).toOpaque()
        }
        options.handle = { _, connection, url, method, version, data, size, slot in
            guard let connection, let size, let exchange = slot?.pointee else { return .NO }
            return Unmanaged<Exchange>.fromOpaque(exchange)._withUnsafeGuaranteedRef {
                $0.step(connection, url: url, method: method, version: version, data: data, size: size)
            }
        }
        options.completed = { _, _, slot, _ in
            guard let exchange = slot?.pointee else { return }
            slot?.pointee = nil
            Worker.end(Unmanaged<Exchange>.fromOpaque(exchange))
        }
        options.connection_changed = { context, connection, slot, change in
            guard let context, let connection, let slot else { return }
            if change == .CONNECTION_NOTIFY_STARTED {
                slot.pointee = Callbacks.workers(context) { $0.connectionOpened(connection).toOpaque() }
            } else if let watch = slot.pointee {
                slot.pointee = nil
                Callbacks.workers(context) { $0.core.connectionClosed(Unmanaged<ConnectionWatch>.fromOpaque(watch)) }
            }
        }
        options.log = { context, line in
            guard let context, let line else { return }
            Callbacks.workers(context) { $0.core.log(String(cString: line)) }
        }
    }

    /// The daemon keeps what its context points to: looking at it counts no reference.
    private static func workers<Result>(_ context: UnsafeMutableRawPointer, _ use: (Workers) -> Result) -> Result {
        Unmanaged<Workers>.fromOpaque(context)._withUnsafeGuaranteedRef(use)
    }
}
