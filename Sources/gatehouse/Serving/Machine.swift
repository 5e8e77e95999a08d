import Glibc

/// What the machine gives.
enum Machine {
    /// Processors that this process may use.
    static var cores: Int {
        max(1, min(256, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// Takes as many file descriptors as the system allows: each connection needs one.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Keeps the signals that end a server from every thread made after this; `waitForStop` takes them.
    static func holdStopSignals() {
        var signals = stopSignals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits until somebody asks the server to stop.
    static func waitForStop() -> Int32 {
        var signals = stopSignals
        var signal: Int32 = 0
        while sigwait(&signals, &signal) != 0 {}
        return signal
    }

    private static var stopSignals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }
}
