import CPostgres
import Glibc

/// Starts a detached thread of its own for work that blocks; false when the machine has no thread left.
///
/// All signals are blocked there: they belong to the thread that waits for them.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    let box = Unmanaged.passRetained(ThreadBody(name: name, run: body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            var signals = sigset_t()
            sigfillset(&signals)
            pthread_sigmask(SIG_SETMASK, &signals, nil)
            cpostgres_name_thread(String(body.name.prefix(15)))
            body.run()
            return nil
        }, box.toOpaque())
    if failure != 0 { box.release() }
    return failure == 0
}

private final class ThreadBody: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}
