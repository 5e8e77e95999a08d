import Glibc

/// A thread of its own, for what waits in system calls: it never keeps a task's thread from its work.
public struct BackgroundThread: Sendable {
    private let body: @Sendable () -> Void

    /// A thread that will run `body` once.
    public init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    /// Starts the thread; false if the system has none to give.
    @discardableResult
    public func start() -> Bool {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard error == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
