import Glibc

/// Threads of their own, for what waits in system calls: it never keeps a task's thread from its work.
public enum BackgroundThread {
    /// Runs `body` once on a new thread; false if the system has none to give.
    ///
    /// All signals are blocked there: they belong to the thread that waits for them. The name is what tools show of it,
    /// its first 15 bytes.
    @discardableResult
    public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let handed = Unmanaged.passRetained(Body(name, body))
        // The thread begins with the mask of its maker, so that no signal finds it before it could block them.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, handed.toOpaque())
        guard error == 0 else {
            handed.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}

/// What a new thread is handed.
private final class Body: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        nameThread()
        body()
    }

    /// By the kernel's file: the function for it hides behind `_GNU_SOURCE`, which Swift's Glibc is compiled without.
    private func nameThread() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name, name.utf8.count)
        close(file)
    }
}
