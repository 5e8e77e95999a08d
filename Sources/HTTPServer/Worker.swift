import Synchronization

/// What a thread that serves connections has to itself.
///
/// A count, of requests or of references, that two processors change in turn costs more than the rest of a request's
/// bookkeeping.
final class Worker: Sendable {
    let core: ServerCore
    let configuration: ServerConfiguration
    let interest: RequestObserver.Interest
    let router: Router
    let requestIDs: RequestIDs
    let served: RequestsServed.Share
    private let open = Atomic<Int>(0)

    init(_ core: ServerCore, _ router: Router, place: Int) {
        self.core = core
        self.router = router
        configuration = core.configuration
        interest = core.observer?.interest ?? .nothing
        requestIDs = RequestIDs(place: place)
        served = RequestsServed.Share(routes: router.routes.count)
    }

    /// Exchanges begun and not yet ended.
    var exchangesInProgress: Int { open.load(ordering: .sequentiallyConsistent) }

    static func begin(on watch: ConnectionWatch, target: UnsafePointer<CChar>?) -> Unmanaged<Exchange> {
        watch.worker.open.wrappingAdd(1, ordering: .sequentiallyConsistent)
        return .passRetained(Exchange(watch, target: target.map { String(cString: $0) } ?? ""))
    }

    static func end(_ exchange: consuming Unmanaged<Exchange>) {
        let exchange = exchange.takeRetainedValue()
        exchange.completed()
        exchange.worker.open.wrappingSubtract(1, ordering: .relaxed)
    }
}
