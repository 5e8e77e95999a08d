#if GATEHOUSE_TSAN
    import Glibc

    /// A value that only the holder of its lock can see.
    ///
    /// ThreadSanitizer does not see `Synchronization.Mutex` (its futex lives in an uninstrumented library) and reports
    /// races that are none; under `make sanitize` a pthread lock, which it does see, takes its place.
    public struct Guarded<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        // Unchecked: `value` is touched only inside `withLock`, between lock and unlock of `mutex`.
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>
        private let value: UnsafeMutablePointer<Value>

        /// Guards a value.
        public init(_ initial: consuming sending Value) {
            mutex = .allocate(capacity: 1)
            pthread_mutex_init(mutex, nil)
            value = .allocate(capacity: 1)
            value.initialize(to: initial)
        }

        deinit {
            value.deinitialize(count: 1)
            value.deallocate()
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Runs `body` while no one else sees the value. Never wait inside.
        public borrowing func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value.pointee)
        }
    }
#else
    public import Synchronization

    /// A value that only the holder of its lock can see.
    @frozen public struct Guarded<Value: ~Copyable>: ~Copyable, Sendable {
        @usableFromInline let mutex: Mutex<Value>

        /// Guards a value.
        @inlinable public init(_ initial: consuming sending Value) {
            mutex = Mutex(initial)
        }

        /// Runs `body` while no one else sees the value. Never wait inside.
        @inlinable public borrowing func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    }
#endif
