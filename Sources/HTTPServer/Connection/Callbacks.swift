import CMicroHTTPD

/// What libmicrohttpd calls: each finds its objects behind the pointers and hands over.
enum Callbacks {
    static func install(in options: inout gh_mhd_options) {
        options.accept = { context, address, _ in
            guard let context else { return .NO }
            return Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().accepts(address) ? .YES : .NO
        }
        options.target_read = { context, target, _ in
            guard let context else { return nil }
            return Unmanaged<ServerCore>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.open(target: target) }
        }
        options.handle = { _, connection, url, method, version, data, size, slot in
            guard let connection, let size, let exchange = slot?.pointee else { return .NO }
            return Unmanaged<Exchange>.fromOpaque(exchange)._withUnsafeGuaranteedRef {
                $0.step(connection, url: url, method: method, version: version, data: data, size: size)
            }
        }
        options.completed = { context, _, slot, _ in
            guard let context, let exchange = slot?.pointee else { return }
            slot?.pointee = nil
            Unmanaged<ServerCore>.fromOpaque(context)._withUnsafeGuaranteedRef {
                $0.close(Unmanaged<Exchange>.fromOpaque(exchange))
            }
        }
        options.connection_changed = { context, connection, slot, change in
            guard let context, let connection, let slot else { return }
            let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
            if change == .CONNECTION_NOTIFY_STARTED {
                slot.pointee = core.connectionOpened(connection)
            } else if let watch = slot.pointee {
                slot.pointee = nil
                core.connectionClosed(Unmanaged<ConnectionWatch>.fromOpaque(watch))
            }
        }
        options.log = { context, line in
            guard let context, let line else { return }
            Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().log(String(cString: line))
        }
    }
}
