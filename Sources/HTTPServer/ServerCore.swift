import CMicroHTTPD
import Locks
import Synchronization
import Time

/// Exchanges begun on a thread and not ended there.
private final class ExchangeCount: Sendable {
    let value = Atomic<Int>(0)
}

/// What every connection of a server shares.
final class ServerCore: Sendable {
    let configuration: ServerConfiguration
    let router: Router
    let observer: RequestObserver?
    let log: @Sendable (String) -> Void
    let watches = ConnectionWatches()
    let requestIDs = RequestIDs()
    let requestsServed: RequestsServed
    private let openExchanges: [ExchangeCount] = (0..<Sharding.count).map { _ in ExchangeCount() }
    private let draining = Atomic<Bool>(false)
    private let closing = Atomic<Bool>(false)

    init(
        configuration: ServerConfiguration, router: Router, observer: RequestObserver?,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.router = router
        self.observer = observer
        self.log = log
        requestsServed = RequestsServed(routes: router.routes.count)
    }

    var isDraining: Bool { draining.load(ordering: .relaxed) }
    var exchangesInProgress: Int { openExchanges.reduce(0) { $0 + $1.value.load(ordering: .sequentiallyConsistent) } }

    /// From here on nothing waits any more: an exchange that is not counted yet when this is set, sees it.
    var isClosing: Bool { closing.load(ordering: .sequentiallyConsistent) }

    func beginClosing() {
        closing.store(true, ordering: .sequentiallyConsistent)
    }

    func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }

    func open(target: UnsafePointer<CChar>?) -> UnsafeMutableRawPointer {
        openExchanges[Sharding.place].value.wrappingAdd(1, ordering: .sequentiallyConsistent)
        let exchange = Exchange(core: self, target: target.map { String(cString: $0) } ?? "")
        return Unmanaged.passRetained(exchange).toOpaque()
    }

    func close(_ exchange: consuming Unmanaged<Exchange>) {
        let exchange = exchange.takeRetainedValue()
        exchange.completed()
        openExchanges[Sharding.place].value.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Only the trusted proxy and this machine itself are served when a proxy was named.
    func accepts(_ address: UnsafePointer<sockaddr>?) -> Bool {
        guard let proxy = configuration.trustedProxy else { return true }
        let text = addressText(address)
        return text == proxy || text == "::1" || text.hasPrefix("127.")
    }

    func connectionOpened(_ connection: OpaquePointer) -> UnsafeMutableRawPointer {
        let address = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            gh_mhd_client_address(connection, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        let watch = ConnectionWatch(
            socket: gh_mhd_socket(connection), clientAddress: address, configuration: configuration)
        watches.add(watch)
        return Unmanaged.passRetained(watch).toOpaque()
    }

    func connectionClosed(_ watch: consuming Unmanaged<ConnectionWatch>) {
        watches.remove(watch.takeRetainedValue())
    }

    private func addressText(_ address: UnsafePointer<sockaddr>?) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            gh_mhd_address_text(address, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}
