import Dispatch

/// Waits on a thread that may wait: blocking one of the tasks' few threads would stop every other test.
func waiting<Result: Sendable>(for body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
}

/// Lets only so many tests run a server at once; the others wait for their turn.
actor Turnstile {
    static let servers = Turnstile(places: 6)

    private var places: Int
    private var queue: [CheckedContinuation<Void, Never>] = []

    init(places: Int) {
        self.places = places
    }

    func enter() async {
        guard places == 0 else {
            places -= 1
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    func leave() {
        if queue.isEmpty { places += 1 } else { queue.removeFirst().resume() }
    }
}
