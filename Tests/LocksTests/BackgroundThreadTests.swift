import Glibc
import Locks
import Testing

@Suite struct BackgroundThreadTests {
    /// What a thread of that name finds out about itself.
    private func onThread<Value: Sendable>(_ name: String, _ ask: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            let isStarted = BackgroundThread.start(name) { continuation.resume(returning: ask()) }
            if !isStarted { continuation.resume(returning: nil) }
        }
    }

    @Test(arguments: [("postgres-0", "postgres-0"), ("longer-than-the-kernel-keeps", "longer-than-the")])
    func aThreadHasItsName(given: String, shown: String) async {
        let name = await onThread(given) {
            var bytes = [UInt8](repeating: 0, count: 64)
            let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            let count = read(file, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        #expect(name == shown + "\n")
    }

    @Test func signalsAreBlockedOnItAndNotOnItsMaker() async {
        let inside = await onThread("masked", Self.blocked)
        #expect(inside == [SIGINT, SIGTERM, SIGCHLD])
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &before)
        BackgroundThread.start("another") {}
        var after = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &after)
        #expect((1...64).allSatisfy { sigismember(&before, $0) == sigismember(&after, $0) })
    }

    /// Those of some signals that this thread does not get.
    private static func blocked() -> [Int32] {
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        return [SIGINT, SIGTERM, SIGCHLD].filter { sigismember(&mask, $0) == 1 }
    }
}
