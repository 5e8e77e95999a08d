import CPostgres
import Glibc

/// A program that we started: its output to read, its end to await. Dies with the thread that started it.
struct Child: ~Copyable {
    let processID: pid_t
    /// Readable when the process has ended; -1 on kernels before 5.3.
    let end: Int32
    /// What it prints on either stream.
    let output: Int32

    /// Starts the program through `setpriv`, which asks the kernel to interrupt it when our thread dies, and drops root.
    init(_ program: String, _ arguments: [String], as account: Account?) throws(ClusterError) {
        let places = ["/usr/bin/setpriv", "/bin/setpriv"]
        guard let setpriv = places.first(where: { access($0, X_OK) == 0 }) else {
            throw ClusterError(.missingBinaries, "setpriv is missing: apt-get install util-linux")
        }
        var command = ["setpriv", "--pdeathsig", "INT"]
        if account != nil { command += ["--reuid=postgres", "--regid=postgres", "--init-groups"] }
        command += ["--", program] + arguments
        var ends: [Int32] = [-1, -1]
        guard cpostgres_pipe(&ends) == 0 else {
            throw ClusterError(.startFailed, "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[1]) }
        let (process, failure) = Self.spawn(setpriv, command, output: ends[1])
        guard failure == 0 else {
            close(ends[0])
            throw ClusterError(.startFailed, "cannot start \(program): \(String(cString: strerror(failure)))")
        }
        processID = process
        end = cpostgres_pidfd_open(process)
        output = ends[0]
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(output)
        if end >= 0 { close(end) }
    }

    private static func spawn(_ path: String, _ command: [String], output: Int32) -> (pid_t, Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        let failure = cpostgres_start_clean(&actions)
        guard failure == 0 else { return (0, failure) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that our threads block or ignore are its own again; a ^C at our terminal is not for it.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let arguments = CStrings(command)
        // No variable of ours, PG… or secret, reaches it.
        let environment = CStrings(["PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"])
        var process: pid_t = 0
        let spawnFailure = arguments.withPointer { arguments in
            environment.withPointer { environment in
                posix_spawn(&process, path, &actions, &attributes, arguments, environment)
            }
        }
        return (process, spawnFailure)
    }

    func signal(_ signal: Int32) {
        if end >= 0 {
            _ = cpostgres_pidfd_send_signal(end, signal)
        } else {
            kill(processID, signal)
        }
    }

    /// The exit code, or the negative signal, once it has ended.
    func reap() -> Int32? {
        var status: Int32 = 0
        switch waitpid(processID, &status, WNOHANG) {
        case processID: return cpostgres_exit_code(status)
        // Whoever ignores SIGCHLD, or waits for any child, took its code.
        case -1 where errno == ECHILD: return 255
        default: return nil
        }
    }

    /// What it has printed since, at most 64 KiB; nil at the end.
    func readOutput() -> [UInt8]? {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            let count = read(output, buffer.baseAddress, buffer.count)
            if count > 0 { return Array(buffer[..<count]) }
            return count < 0 ? [] : nil
        }
    }

    /// Waits for the end; gives what it printed, the last 64 KiB of it, and its exit code.
    func finish() -> (output: String, code: Int32) {
        var printed: [UInt8] = []
        var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        while true {
            _ = poll(&ready, 1, -1)
            guard let more = readOutput() else { break }
            printed = (printed + more).suffix(1 << 16)
        }
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
        return (String(decoding: printed, as: UTF8.self), cpostgres_exit_code(status))
    }
}
