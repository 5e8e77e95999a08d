import CMicroHTTPD
import Locks

/// The threads that serve the connections of a server.
final class Workers: Sendable {
    let core: ServerCore
    let requestsServed: RequestsServed
    private let all: [Worker]

    init(_ core: ServerCore, _ router: Router) {
        self.core = core
        let workers = (0..<Sharding.count).map { Worker(core, router.copy(), place: $0) }
        all = workers
        requestsServed = RequestsServed(workers.map(\.served))
    }

    var exchangesInProgress: Int { all.reduce(0) { $0 + $1.exchangesInProgress } }

    func connectionOpened(_ connection: OpaquePointer) -> Unmanaged<ConnectionWatch> {
        let address = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            gh_mhd_client_address(connection, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        // A connection stays with the thread that took it.
        let watch = ConnectionWatch(
            socket: gh_mhd_socket(connection), clientAddress: address, worker: all[Sharding.place])
        core.watches.add(watch)
        return .passRetained(watch)
    }
}
