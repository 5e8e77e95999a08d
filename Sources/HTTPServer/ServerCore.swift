import CMicroHTTPD
import Synchronization
import Time

/// What every connection of a server shares.
final class ServerCore: Sendable {
    let configuration: ServerConfiguration
    let observer: RequestObserver?
    let log: @Sendable (String) -> Void
    let watches = ConnectionWatches()
    private let draining = Atomic<Bool>(false)
    private let closing = Atomic<Bool>(false)

    init(
        configuration: ServerConfiguration, observer: RequestObserver?, log: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.observer = observer
        self.log = log
    }

    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// From here on nothing waits any more: an exchange that is not counted yet when this is set, sees it.
    var isClosing: Bool { closing.load(ordering: .sequentiallyConsistent) }

    func beginClosing() {
        closing.store(true, ordering: .sequentiallyConsistent)
    }

    func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }

    /// Only the trusted proxy and this machine itself are served when a proxy was named.
    func accepts(_ address: UnsafePointer<sockaddr>?) -> Bool {
        guard let proxy = configuration.trustedProxy else { return true }
        let text = addressText(address)
        return text == proxy || text == "::1" || text.hasPrefix("127.")
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
